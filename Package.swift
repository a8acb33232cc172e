// swift-tools-version: 6.2

import PackageDescription

let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// Numeric targets are optimised in debug builds too: unoptimised loops make their tests a hundred
/// times slower.
let numeric: [SwiftSetting] = house + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// One rounding per written operation, in every build: contraction and reassociation would change
/// bits between builds, and a scalar square root that sets errno costs a sixth of a training step.
let exactC: [CSetting] = [
  .unsafeFlags([
    "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra",
    "-Werror",
  ])
]

/// The files of Sources/Configuration/Presets, which Presets.swift names once more.
let presets = [
  "ring", "fashion-mlp", "goodfellow", "pacgan-ring", "pacgan-grid", "fashion-dcgan",
  "fashion-lsgan", "fashion-wgan", "fashion-wgan-gp", "fashion-dragan", "fashion-sngan", "lucic-mm",
  "lucic-ns", "lucic-lsgan", "lucic-wgan", "lucic-wgan-gp", "lucic-dragan", "images-dcgan",
]

/// The files of Sources/Sweeps/BuiltIn, which SweepFile+BuiltIn.swift names once more.
let sweeps = ["ring-lr", "lucic-narrow", "lucic-wide"]

/// `make fuzz` alone builds it: its main function comes with libFuzzer.
let fuzzer: [Target] =
  Context.environment["GAN_RUNS_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzzer",
      swiftSettings: house + [.unsafeFlags(["-parse-as-library"])])
  ]

let package = Package(
  name: "gan-runs",
  products: [
    .executable(name: "gan-runs", targets: ["gan-runs"]),
    .library(name: "RunRegistry", targets: ["RunRegistry", "RunModel", "Safetensors"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    .executableTarget(name: "gan-runs", dependencies: ["CommandLine"], swiftSettings: house),
    .executableTarget(
      name: "checkpoint-bench", dependencies: ["RunModel", "RunRegistry"],
      path: "Benchmarks/checkpoint", swiftSettings: house),
    .executableTarget(
      name: "registry-bench", dependencies: ["RunModel", "RunRegistry"],
      path: "Benchmarks/registry", swiftSettings: house),
    .executableTarget(
      name: "sweep-bench", dependencies: ["RunModel", "RunRegistry", "Sweeps"],
      path: "Benchmarks/sweeps",
      swiftSettings: house),
    // A user's program, so it sees what is public alone.
    .executableTarget(
      name: "descent", dependencies: ["RunModel", "RunRegistry"], path: "Examples/descent",
      packageAccess: false, swiftSettings: house),
    .target(
      name: "CommandLine",
      dependencies: [
        "Adversarial", "Configuration", "Datasets", "Exchange", "Files", "Pictures", "Reports",
        "RunModel", "RunRegistry", "Safetensors", "Sweeps", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),
    .target(name: "Reports", dependencies: ["RunModel"], swiftSettings: house),
    .target(name: "Exchange", dependencies: ["RunModel"], swiftSettings: house),
    .target(
      name: "Sweeps", dependencies: ["Configuration", "RunModel", "Tensors"],
      resources: sweeps.map { .embedInCode("BuiltIn/\($0).yaml") },
      swiftSettings: numeric),
    .target(
      name: "Adversarial",
      dependencies: [
        "Configuration", "Datasets", "Evaluation", "Networks", "Pictures", "RunModel", "Tensors",
      ],
      swiftSettings: house),
    .target(name: "Evaluation", dependencies: ["Datasets", "Tensors"], swiftSettings: numeric),
    .target(
      name: "Datasets", dependencies: ["CZlib", "Pictures", "RunModel", "Tensors"],
      swiftSettings: numeric),
    .target(
      name: "Configuration",
      dependencies: ["Networks", "RunModel", .product(name: "Yams", package: "Yams")],
      resources: presets.map { .embedInCode("Presets/\($0).yaml") },
      swiftSettings: house),
    .target(name: "Pictures", dependencies: ["CJPEG", "CPNG"], swiftSettings: numeric),
    .target(name: "Networks", dependencies: ["Tensors"], swiftSettings: numeric),
    .target(
      name: "Tensors", dependencies: ["CKernels", "COneDNN"], swiftSettings: numeric),
    .target(
      name: "RunRegistry",
      dependencies: [
        "CShuffle", "CSQLite", "CZstd", "Files", "Migrations", "RunModel", "Safetensors",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: house),
    .target(
      name: "Migrations", path: "migrations",
      resources: ["0001_initial", "0002_deleted_runs", "0003_seal_parts", "0004_sweeps"].map {
        .embedInCode("\($0).sql")
      },
      swiftSettings: house),
    .target(name: "Safetensors", dependencies: ["Files", "RunModel"], swiftSettings: house),
    .target(name: "Files", dependencies: ["RunModel"], swiftSettings: house),
    .target(name: "RunModel", dependencies: ["CCrypto", "CSHA256"], swiftSettings: house),

    .target(name: "CKernels", dependencies: ["COneDNN"], cSettings: exactC),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .target(name: "CSHA256", cSettings: exactC),
    .target(name: "CShuffle", cSettings: exactC),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),

    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    // The program over storage that fails: what tests of crashes and full disks call.
    .executableTarget(
      name: "faulty-gan-runs", dependencies: ["CFaults", "CommandLine", "RunModel"],
      path: "Tests/FaultyProgram", swiftSettings: house),
    .target(
      name: "CFaults", path: "Tests/CFaults",
      cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: house),
    .target(
      name: "Fuzzing",
      dependencies: [
        "Configuration", "Networks", "RunModel", "RunRegistry", "Safetensors", "Sweeps",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], path: "Tests/Fuzzing", swiftSettings: house),
    .testTarget(
      name: "RunModelTests", dependencies: ["RunModel", "TestSupport"], swiftSettings: house),
    .testTarget(
      name: "ExchangeTests", dependencies: ["Exchange", "RunModel", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "SafetensorsTests", dependencies: ["RunModel", "Safetensors", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: house),
    .testTarget(
      name: "RunRegistryTests",
      dependencies: [
        "Migrations", "RunModel", "RunRegistry", "Safetensors", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures"],
      swiftSettings: house),
    .testTarget(
      name: "TensorsTests",
      dependencies: ["AllocationCounter", "CKernels", "Tensors", "TestSupport"],
      swiftSettings: numeric),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Tensors", "TestSupport"],
      swiftSettings: numeric),
    .testTarget(
      name: "PicturesTests", dependencies: ["Pictures", "TestSupport"], exclude: ["Fixtures"],
      swiftSettings: house),
    .testTarget(
      name: "ConfigurationTests",
      dependencies: ["Configuration", "Networks", "RunModel", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Pictures", "RunModel", "Tensors", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Datasets", "Evaluation", "TestSupport"],
      exclude: ["Fixtures"],
      swiftSettings: numeric),
    .testTarget(
      name: "AdversarialTests",
      dependencies: [
        "Adversarial", "Configuration", "Datasets", "Networks", "RunModel", "RunRegistry",
        "TestSupport", "Tensors",
      ],
      exclude: ["Fixtures"],
      swiftSettings: house),
    .testTarget(
      name: "SweepsTests", dependencies: ["Configuration", "RunModel", "Sweeps", "TestSupport"],
      swiftSettings: numeric),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "RunModel", "TestSupport"],
      exclude: ["Snapshots"],
      swiftSettings: house),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "CommandLine", "Configuration", "Files", "Reports", "RunModel", "RunRegistry",
        "Safetensors", "TestSupport", "gan-runs",
      ],
      exclude: ["Fixtures", "Snapshots"],
      swiftSettings: house),
    .testTarget(
      name: "AcceptanceTests",
      dependencies: [
        "RunModel", "RunRegistry", "TestSupport", "descent", "faulty-gan-runs", "gan-runs",
      ],
      swiftSettings: house),
    .testTarget(name: "HouseTests", swiftSettings: house),
    .testTarget(
      name: "FuzzTests", dependencies: ["Fuzzing", "TestSupport"], exclude: ["Corpus"],
      swiftSettings: house),
  ] + fuzzer,
  swiftLanguageModes: [.v6]
)
