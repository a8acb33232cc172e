import RunModel

extension RunConfiguration {
  /// The configuration of a call, in the order preset, file, `--set`, options.
  ///
  /// - Parameters:
  ///   - preset: the preset of `--preset`; without it and without a file: `ring`.
  ///   - file: a file's name and text.
  ///   - sets: `key=value`, as given to `--set`.
  ///   - flags: options that stand for a key: `epochs`, `seed`.
  /// - Throws: ``ConfigurationError``.
  package static func load(
    preset: String? = nil, file: (name: String, text: String)? = nil, sets: [String] = [],
    flags: [(key: String, value: String)] = []
  ) throws -> RunConfiguration {
    var tree: Tree?
    if let file {
      guard let written = try Tree(yaml: file.text, source: file.name) else {
        throw ConfigurationError(
          "the configuration is empty; data.kind, both layers, latent.size and epochs are required",
          at: Place(source: file.name, line: nil))
      }
      tree = written
    }
    var base: Tree?
    if let named = tree?["preset"] {
      guard preset == nil else {
        throw ConfigurationError(
          "the file names a preset, and so does --preset; drop one of them", at: named.place,
          kind: .usage)
      }
      guard case .scalar(let scalar, let place) = named else {
        throw ConfigurationError(
          "preset must be a preset's name, not \(named.kindOfNode)", at: named.place)
      }
      base = try presetTree(scalar.text, at: place, kind: .invalid)
    } else if let preset = preset ?? (file == nil ? "ring" : nil) {
      base = try presetTree(preset, at: Place(source: "--preset", line: nil), kind: .usage)
    }
    let merged =
      switch (base, tree) {
      case (let base?, let tree?): base.overlaid(by: tree)
      case (let base?, nil): base
      case (nil, let tree?): tree
      case (nil, nil): throw ConfigurationError("there is no configuration")
      }
    return try RunConfiguration(applying(sets: sets, flags: flags, to: merged))
  }

  /// This configuration with some keys set, as a resume does; defaults of a kind that is left go with it.
  package func changed(
    by sets: [String] = [], flags: [(key: String, value: String)] = []
  ) throws -> RunConfiguration {
    let stored = try Tree(parameters: parameters, source: Self.storedSource)
    return try RunConfiguration(
      Self.applying(sets: sets, flags: flags, to: stored), isChange: true)
  }

  private static func applying(
    sets: [String], flags: [(key: String, value: String)], to tree: Tree
  ) throws(ConfigurationError) -> Tree {
    var options: [Option] = []
    for text in sets { options.append(try Option(set: text)) }
    var tree = try tree.setting(options.map { ($0.path, $0.value) })
    for flag in flags {
      let option = try Option(flag: flag.key, text: flag.value)
      tree = try tree.setting(option.path[...], to: option.value)
    }
    return tree
  }
}
