package import ArgumentParser
import Configuration
import Foundation

/// Where a run's settings come from: a preset, a file, single settings, each over the one before.
package struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A built-in configuration to start from.", valueName: "name"),
    completion: .list(RunConfiguration.presetNames))
  package var preset: String?

  @Option(
    help: ArgumentHelp(
      "A configuration file, YAML or JSON; - is standard input.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml", "json"]))
  package var config: String?

  @Option(
    help: ArgumentHelp(
      "Set one setting, by its dotted key. Can be given again.", valueName: "key=value"))
  package var set: [String] = []

  package init() {}

  /// Whether any of them is given.
  var areGiven: Bool { preset != nil || config != nil || !set.isEmpty }

  /// The configuration.
  ///
  /// - Parameter flags: settings that options of their own name, over all others.
  /// - Throws: `ConfigurationError`, and `Failure` where the file can't be read.
  func load(flags: [(key: String, value: String)] = []) throws -> RunConfiguration {
    let file = try config.map { (name: $0, text: try readText($0)) }
    return try RunConfiguration.load(preset: preset, file: file, sets: set, flags: flags)
  }

  /// The name of a run that is not given one: the preset's, or the file's without its ending.
  func name(of configuration: RunConfiguration) -> String {
    guard let config, config != "-" else {
      return preset ?? configuration.preset ?? (config == nil ? "ring" : "stdin")
    }
    return URL(fileURLWithPath: config).deletingPathExtension().lastPathComponent
  }
}

/// A configuration's or a sweep's text; `-` is standard input.
func readText(_ path: String) throws -> String {
  // Configurations are small; what is larger is something else.
  let limit = 16 << 20
  let bytes: Data
  if path == "-" {
    bytes = try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data()
  } else {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw Failure(
        .missing, "there is no readable file \(path); give the path of a YAML or JSON file")
    }
    do { bytes = try file.read(upToCount: limit + 1) ?? Data() } catch {
      throw Failure(.invalid, "\(path) can't be read; give the path of a YAML or JSON file")
    }
  }
  guard bytes.count <= limit else {
    throw Failure(.invalid, "\(path) is larger than any configuration; give another file")
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw Failure(.invalid, "\(path) is not UTF-8 text; give a YAML or JSON file")
  }
  return text
}
