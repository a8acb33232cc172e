import RunModel

extension RunConfiguration {
  /// The names of the built-in presets.
  package static let presetNames = [
    "ring", "fashion-mlp", "goodfellow", "pacgan-ring", "pacgan-grid", "fashion-dcgan",
    "fashion-lsgan", "fashion-wgan", "fashion-wgan-gp", "fashion-dragan", "fashion-sngan",
    "lucic-mm", "lucic-ns", "lucic-lsgan", "lucic-wgan", "lucic-wgan-gp", "lucic-dragan",
    "images-dcgan",
  ]

  /// A preset's YAML, as it stands in the package.
  ///
  /// - Throws: ``ConfigurationError`` for a name that is none.
  package static func presetText(_ name: String) throws -> String {
    try text(ofPreset: name, at: nil, kind: .usage)
  }

  /// A preset's tree, which says the preset's name.
  ///
  /// - Parameter kind: what an unknown name is; `place` tells where it was written.
  static func presetTree(
    _ name: String, at place: Place, kind: ConfigurationError.Kind
  ) throws(ConfigurationError) -> Tree {
    let source = "preset \(name)"
    guard let tree = try Tree(yaml: text(ofPreset: name, at: place, kind: kind), source: source)
    else {
      throw ConfigurationError("the preset \(name) is empty")
    }
    let value = Tree.scalar(Scalar(.text(name)), Place(source: source, line: nil))
    return try tree.setting(["preset"], to: value)
  }

  private static func text(
    ofPreset name: String, at place: Place?, kind: ConfigurationError.Kind
  ) throws(ConfigurationError) -> String {
    guard let bytes = bytes(ofPreset: name) else {
      throw ConfigurationError(
        "there is no preset '\(shown(name))'\(suggestion(for: name, among: presetNames)); "
          + "there are \(presetNames.joined(separator: ", "))", at: place,
        kind: kind)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func bytes(ofPreset name: String) -> [UInt8]? {
    switch name {
    case "ring": PackageResources.ring_yaml
    case "fashion-mlp": PackageResources.fashion_mlp_yaml
    case "goodfellow": PackageResources.goodfellow_yaml
    case "pacgan-ring": PackageResources.pacgan_ring_yaml
    case "pacgan-grid": PackageResources.pacgan_grid_yaml
    case "fashion-dcgan": PackageResources.fashion_dcgan_yaml
    case "fashion-lsgan": PackageResources.fashion_lsgan_yaml
    case "fashion-wgan": PackageResources.fashion_wgan_yaml
    case "fashion-wgan-gp": PackageResources.fashion_wgan_gp_yaml
    case "fashion-dragan": PackageResources.fashion_dragan_yaml
    case "fashion-sngan": PackageResources.fashion_sngan_yaml
    case "lucic-mm": PackageResources.lucic_mm_yaml
    case "lucic-ns": PackageResources.lucic_ns_yaml
    case "lucic-lsgan": PackageResources.lucic_lsgan_yaml
    case "lucic-wgan": PackageResources.lucic_wgan_yaml
    case "lucic-wgan-gp": PackageResources.lucic_wgan_gp_yaml
    case "lucic-dragan": PackageResources.lucic_dragan_yaml
    case "images-dcgan": PackageResources.images_dcgan_yaml
    default: nil
    }
  }
}
