import RunModel

extension Reading {
  /// Refuses what the chosen kinds do not have, then writes every default out.
  mutating func complete() throws(ConfigurationError) {
    try checkLayers()
    for key in values.keys.sorted(by: earlierInFile) { try checkApplies(key) }
    for setting in Catalogue.settings where isInForce(setting, at: "") {
      // A ramp stands in the number's place.
      if Catalogue.rampParts.contains(where: { values[setting.key + "." + $0] != nil }) { continue }
      try fillDefault(of: setting, key: setting.key)
    }
    for layer in layers {
      for setting in Catalogue.layer where isInForce(setting, at: layer.key) {
        if setting.key == "activation", values[layer.key + ".activation.leaky-relu"] != nil {
          continue
        }
        try fillDefault(of: setting, key: layer.key + "." + setting.key)
      }
    }
  }

  /// Drops the defaults that were written out under another kind than the present one, such as the
  /// `label_smoothing` of a run whose loss becomes one without labels: nobody asked for them.
  mutating func dropIdleDefaults() {
    for (key, value) in values where places[key]?.source == RunConfiguration.storedSource {
      let candidates = settings(of: key)
      let applies = candidates.contains { isInForce($0, at: layerKey(of: key)) }
      if !applies, candidates.contains(where: { $0.isDefault(value) }) { drop(key) }
    }
  }

  private func layerKey(of key: String) -> String {
    layers.last { key.hasPrefix($0.key + ".") }?.key ?? ""
  }

  /// Where a key, or the nearest map around it, was written.
  func place(of key: String) -> Place {
    var key = key
    while !key.isEmpty {
      if let place = places[key] { return place }
      key = key.lastIndex(of: ".").map { String(key[..<$0]) } ?? ""
    }
    return source
  }

  private func earlierInFile(_ first: String, _ second: String) -> Bool {
    let firstLine = places[first]?.line ?? 0
    let secondLine = places[second]?.line ?? 0
    return (firstLine, first) < (secondLine, second)
  }

  private func checkLayers() throws(ConfigurationError) {
    for layer in layers {
      let kinds = layer.names.filter(Catalogue.layerKinds.contains)
      guard let kind = kinds.first else {
        throw ConfigurationError(
          "\(layer.key) names no kind of layer; one of "
            + Catalogue.layerKinds.joined(separator: ", ") + " must stand in it", at: layer.place)
      }
      guard kinds.count == 1 else {
        throw ConfigurationError(
          "\(layer.key) names two kinds of layer, \(kinds[0]) and \(kinds[1]); make it two layers, "
            + "or give the whole list of layers anew", at: layer.place)
      }
      if values[layer.key + ".flatten"] == .boolean(false) {
        throw ConfigurationError(
          "\(layer.key).flatten must be true; leave the layer out instead", at: layer.place)
      }
      try checkOwner(of: layer, kind: kind)
    }
  }

  /// Refuses what a layer of this kind, or of this network, can't have.
  private func checkOwner(of layer: LayerNode, kind: String) throws(ConfigurationError) {
    let isGenerator = layer.key.hasPrefix("generator.")
    if kind == "minibatch_stddev", isGenerator {
      throw ConfigurationError(
        "\(layer.key).minibatch_stddev belongs to the discriminator: a sample must not depend on "
          + "those beside it", at: layer.place)
    }
    let norm = layer.key + ".norm.kind"
    if values[norm] == .text("spectral"), !Catalogue.weightedLayerKinds.contains(kind) {
      throw ConfigurationError(
        "\(layer.key).norm spectral belongs to layers with weights ("
          + Catalogue.weightedLayerKinds.joined(separator: ", ") + "), not \(kind)",
        at: place(of: norm))
    }
    if values[norm] == .text("spectral") {
      let start = layer.key + ".init."
      for bound in ["normal", "uniform"] where values[start + bound]?.doubleValue == 0 {
        throw ConfigurationError(
          "\(layer.key).norm spectral divides by the weight's size, "
            + "which init.\(bound) 0 makes 0; begin with weights above 0", at: layer.place)
      }
    }
    let marginals = layer.key + ".bias_init"
    if values[marginals] != nil, !isGenerator {
      throw ConfigurationError(
        "\(marginals) belongs to the generator, whose output resembles the data",
        at: place(of: marginals))
    }
    if values[layer.key + ".equalized"] == .boolean(true),
      layer.names.contains("init")
    {
      throw ConfigurationError(
        "\(layer.key).equalized weights begin as N(0, 1); drop init or equalized",
        at: place(of: layer.key + ".init"))
    }
  }

  private func checkApplies(_ key: String) throws(ConfigurationError) {
    let candidates = settings(of: key)
    let layerKey = layerKey(of: key)
    guard candidates.contains(where: { isInForce($0, at: layerKey) }) else {
      throw misplaced(key, candidates: candidates, layerKey: layerKey)
    }
  }

  private func misplaced(
    _ key: String, candidates: [Setting], layerKey: String
  ) -> ConfigurationError {
    let layerKinds = candidates.flatMap(\.layers)
    if let kind = kind(ofLayer: layerKey), !layerKinds.isEmpty, !layerKinds.contains(kind) {
      return ConfigurationError(
        "\(key) belongs to layers of kind \(layerKinds.joined(separator: ", ")), not \(kind)",
        at: place(of: key))
    }
    let conditions = candidates.compactMap(\.condition)
    let values = conditions.flatMap(\.values).joined(separator: ", ")
    let owner = conditions.first?.key ?? ""
    let ownerKey = layerKey.isEmpty ? owner : layerKey + "." + owner
    return ConfigurationError(
      "\(key) belongs to \(owner) \(values), and \(ownerKey) is \(chosen(ownerKey) ?? "not set")",
      at: place(of: key))
  }

  /// The catalogue's entries for a concrete key.
  private func settings(of key: String) -> [Setting] {
    if let layer = layers.last(where: { key.hasPrefix($0.key + ".") }) {
      let name = String(key.dropFirst(layer.key.count + 1))
      return Catalogue.layerByKey[name] ?? Catalogue.layerByKey[withoutIndex(name)] ?? []
    }
    return Catalogue.byKey[key] ?? Catalogue.byKey[withoutIndex(key)] ?? []
  }

  private func withoutIndex(_ key: String) -> String {
    key.lastIndex(of: ".").map { String(key[..<$0]) } ?? key
  }

  private func isInForce(_ setting: Setting, at layerKey: String) -> Bool {
    if !setting.layers.isEmpty {
      guard let kind = kind(ofLayer: layerKey), setting.layers.contains(kind) else { return false }
    }
    guard let condition = setting.condition else { return true }
    let key = layerKey.isEmpty ? condition.key : layerKey + "." + condition.key
    return chosen(key).map(condition.values.contains) ?? false
  }

  private func kind(ofLayer key: String) -> String? {
    layers.first { $0.key == key }?.names.first(where: Catalogue.layerKinds.contains)
  }

  /// A key's value, or its default.
  private func chosen(_ key: String) -> String? {
    if let value = values[key] { return value.description }
    guard case .value(let value)? = Catalogue.byKey[key]?.first?.fallback else { return nil }
    return value.description
  }

  private mutating func fillDefault(
    of setting: Setting, key: String
  ) throws(ConfigurationError) {
    switch setting.fallback {
    case .absent: return
    case .value(let value): if values[key] == nil { fill(key, value) }
    case .list(let list):
      guard values[key + ".0"] == nil else { return }
      for (index, value) in list.enumerated() { fill("\(key).\(index)", value) }
    case .required:
      if case .layers = setting.type {
        guard values.keys.contains(where: { $0.hasPrefix(key + ".0.") }) else { throw missing(key) }
      } else if values[key] == nil {
        throw missing(key)
      }
    }
  }

  private func missing(_ key: String) -> ConfigurationError {
    ConfigurationError(
      "\(key) is missing: it has no default; write it down, or give it by --set \(key)=…",
      at: place(of: key))
  }
}
