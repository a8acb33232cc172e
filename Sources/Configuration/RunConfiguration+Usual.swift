package import RunModel

extension RunConfiguration {
  /// The keys of a run's stored settings that say nothing of their own: those at the values of the preset that
  /// they name, or at their defaults; none where they are not this program's.
  package static func usualKeys(of parameters: [String: ParameterValue]) -> Set<String> {
    guard let stored = try? RunConfiguration(parameters: parameters) else { return [] }
    let preset = stored.preset.flatMap { try? load(preset: $0).parameters } ?? [:]
    return Set(
      parameters.filter { key, value in
        preset[key].map { $0 == value } ?? Catalogue.isDefault(value, of: key)
      }.keys)
  }
}
