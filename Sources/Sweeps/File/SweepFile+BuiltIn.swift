package import Configuration
import RunModel

extension SweepFile {
  /// The names of the sweeps that come with the program.
  package static let builtInNames = ["ring-lr", "lucic-narrow", "lucic-wide"]

  /// A sweep that comes with the program.
  ///
  /// - Throws: `ConfigurationError` for a name that is none.
  package static func builtIn(named name: String) throws(ConfigurationError) -> SweepFile {
    guard let bytes = bytes(ofBuiltIn: name) else {
      throw ConfigurationError(
        "there is no sweep '\(shown(name))'\(suggestion(for: name, among: builtInNames)); built in are "
          + builtInNames.joined(separator: ", "), kind: .usage)
    }
    return try SweepFile(text: String(decoding: bytes, as: UTF8.self), source: "sweep \(name)")
  }

  private static func bytes(ofBuiltIn name: String) -> [UInt8]? {
    switch name {
    case "ring-lr": PackageResources.ring_lr_yaml
    case "lucic-narrow": PackageResources.lucic_narrow_yaml
    case "lucic-wide": PackageResources.lucic_wide_yaml
    default: nil
    }
  }
}
