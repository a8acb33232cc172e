import Foundation

/// The rooms and who may import what.
enum House {
  /// From the top to the bottom: a room may import what stands below it.
  static let rooms = [
    "gan-runs", "CommandLine", "Reports", "Exchange", "Sweeps", "Adversarial", "Evaluation",
    "Datasets", "Configuration", "Pictures", "Networks", "Tensors", "RunRegistry", "Migrations",
    "Safetensors", "Files", "RunModel",
  ]

  /// Rooms that must not know others although those stand below them: the training core and the
  /// reports know a run as its nouns, never as rows of a file.
  static let strangers: [String: Set<String>] = [
    "gan-runs": Set(rooms).subtracting(["CommandLine"]),
    "Reports": Set(rooms).subtracting(["RunModel"]),
    "Exchange": Set(rooms).subtracting(["RunModel"]),
    "Sweeps": ["RunRegistry", "Migrations", "Safetensors", "Adversarial"],
    "Adversarial": ["RunRegistry", "Migrations", "Safetensors"],
    "Evaluation": [
      "RunRegistry", "Migrations", "Safetensors", "Configuration", "Pictures", "Networks",
    ],
    "Datasets": ["RunRegistry", "Migrations", "Safetensors", "Configuration"],
    "Configuration": ["RunRegistry", "Migrations", "Safetensors"],
    "Pictures": ["RunRegistry", "Migrations", "Safetensors", "Networks", "Tensors"],
    "Networks": ["RunRegistry", "Migrations", "Safetensors"],
    "Tensors": ["RunRegistry", "Migrations", "Safetensors", "Files", "RunModel"],
    "Migrations": ["Safetensors", "Files", "RunModel"],
  ]

  /// The one room that imports a library.
  static let importers = [
    "ArgumentParser": "CommandLine", "Yams": "Configuration", "GRDB": "RunRegistry",
    "CPNG": "Pictures", "CJPEG": "Pictures", "CKernels": "Tensors", "COneDNN": "Tensors",
    "CZlib": "Datasets",
    "CSQLite": "RunRegistry", "CShuffle": "RunRegistry", "CZstd": "RunRegistry",
    "CCrypto": "RunModel", "CSHA256": "RunModel",
  ]

  /// What comes with Swift.
  static let system: Set = ["Dispatch", "Foundation", "Glibc", "Synchronization"]

  /// Whether a room may import a module.
  static func mayImport(_ module: String, into room: String) -> Bool {
    if system.contains(module) { return true }
    if let importer = importers[module] { return importer == room }
    guard let from = rooms.firstIndex(of: room), let to = rooms.firstIndex(of: module) else {
      return false
    }
    return from < to && strangers[room]?.contains(module) != true
  }

  /// The modules that a Swift text imports.
  static func imports(in text: String) -> [String] {
    let kinds: Set<Substring> = [
      "struct", "class", "enum", "protocol", "func", "let", "var", "typealias", "actor",
    ]
    return text.split(separator: "\n").compactMap { line in
      let words = code(line).split(separator: " ")
      guard let place = words.firstIndex(of: "import"),
        words[..<place].allSatisfy({ $0.hasPrefix("@") || modifiers.contains(String($0)) }),
        let module = words[(place + 1)...].first(where: { !kinds.contains($0) })
      else { return nil }
      return module.split(separator: ".").first.map(String.init)
    }
  }

  private static let modifiers: Set = ["public", "package", "internal", "fileprivate", "private"]

  /// Whether a Swift text declares something public.
  static func declaresPublic(_ text: String) -> Bool {
    text.split(separator: "\n").contains { line in
      let words = code(line).split(separator: " ")
      return words.contains { $0 == "public" || $0.hasPrefix("public(") }
    }
  }

  /// A line without its comment.
  private static func code(_ line: Substring) -> Substring {
    line.range(of: "//").map { line[..<$0.lowerBound] } ?? line
  }

  /// The repository's folder.
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  struct File {
    var path: String
    var text: String
  }

  /// All Swift files of some folders.
  static func files(in folders: [String]) throws -> [File] {
    try folders.flatMap { folder in
      let paths = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")
      return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
        let path = "\(folder)/\(path)"
        return File(
          path: path, text: try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8))
      }
    }
  }

  /// All Swift files of the rooms, each with its room.
  static func sources() throws -> [(room: String, file: File)] {
    try files(in: ["Sources", "migrations"]).map { file in
      let parts = file.path.split(separator: "/")
      return (parts[0] == "migrations" ? "Migrations" : String(parts[1]), file)
    }
  }
}
