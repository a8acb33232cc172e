import RunModel

extension RunConfiguration {
  /// The page that describes every key: Markdown, made from the catalogue.
  package static var reference: String {
    var lines = [
      "# The configuration", "",
      "YAML, or JSON. Every key with its type, its default, and what it means; `docs/configuration.md` is",
      "made from the program's own catalogue, and a test keeps it true. The dotted keys are those of",
      "`--set`, of a run's `params` and of filters; lists are counted from 0, as in",
      "`generator.layers.0.dense`.", "",
      "A key marked ° never changes a run's results: two runs that differ in nothing else are equal.",
      "",
      "A file that says `preset: NAME` starts from that preset; there are",
      presetNames.map { "`\($0)`" }.joined(separator: ", ") + ".",
      "Each cites its source in its file, in `Sources/Configuration/Presets`;",
      "`train --preset NAME --print-config` writes its settings out.", "",
    ]
    lines += table("## Keys", Catalogue.settings)
    lines += [
      "", "## Layers", "",
      "A layer is a map that holds exactly one of the kinds below, and what belongs to it; `flatten` may",
      "stand alone. The keys stand behind `generator.layers.N.` and `discriminator.layers.N.`. Within a",
      "layer the order is: weights, norm, activation. `norm: batch` is short for `norm: {kind: batch}`.",
      "",
    ]
    lines += table("### Kinds", Catalogue.layer.filter { Catalogue.layerKinds.contains($0.key) })
    lines.append("")
    lines += table(
      "### Within a layer", Catalogue.layer.filter { !Catalogue.layerKinds.contains($0.key) })
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ title: String, _ settings: [Setting]) -> [String] {
    [title, "", "| key | type | default | meaning |", "| --- | --- | --- | --- |"]
      + settings.map { setting in
        let mark = setting.changesResults ? "" : "°"
        return "| `\(setting.key)`\(mark) | \(type(of: setting)) | \(fallback(of: setting)) "
          + "| \(setting.meaning)\(owner(of: setting)) |"
      }
  }

  private static func owner(of setting: Setting) -> String {
    if let condition = setting.condition {
      return " (`\(condition.key)`: \(condition.values.joined(separator: ", ")))"
    }
    return setting.layers.isEmpty ? "" : " (\(setting.layers.joined(separator: ", ")))"
  }

  private static func type(of setting: Setting) -> String {
    guard case .choice(let words) = setting.type else { return setting.type.demand }
    return words.map { "`\($0)`" }.joined(separator: ", ")
  }

  private static func fallback(of setting: Setting) -> String {
    switch setting.fallback {
    case .required: "required"
    case .value(let value): "`\(value)`"
    case .list(let values): "`[\(values.map(\.description).joined(separator: ", "))]`"
    case .absent(let text): text
    }
  }
}
