import ArgumentParser
import Configuration
import Foundation
import RunModel
import RunRegistry
import Sweeps

/// A sweep's file as a call names it: a path, or the name of a built-in sweep.
struct SweepSource {
  /// The help of an argument that names a file.
  static let help = ArgumentHelp(
    "A sweep's file, YAML or JSON, or the name of a built-in sweep.", valueName: "file")

  let file: SweepFile

  /// - Throws: `Failure` `.missing`, `ConfigurationError`.
  init(_ name: String) throws {
    if FileManager.default.fileExists(atPath: name) {
      file = try SweepFile(text: readText(name), source: name)
    } else if SweepFile.builtInNames.contains(name) {
      file = try SweepFile.builtIn(named: name)
    } else {
      throw Failure(
        .missing,
        "there is no file \(name), and the built-in sweeps are "
          + SweepFile.builtInNames.joined(separator: ", "))
    }
  }

  /// The sweep as it begins.
  func begin(at now: Timestamp) throws -> Sweep {
    Sweep(
      name: file.name, file: file.text, digest: file.digest, createdAt: now, isStopped: false,
      failuresInRow: 0,
      extents: [.init(firstEntry: 0, points: try file.pointCount, epochs: file.epochs)])
  }
}
