// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "swift-run",
  dependencies: [.package(name: "gan-runs", path: "../..")],
  targets: [
    .executableTarget(
      name: "swift-run", dependencies: [.product(name: "RunRegistry", package: "gan-runs")])
  ],
  swiftLanguageModes: [.v6]
)
