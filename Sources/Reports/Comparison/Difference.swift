package import RunModel

/// One key and its values in several runs, `nil` where a run has none.
package struct Difference: Sendable {
  package var key: String
  /// In the order of the runs.
  package var values: [ParameterValue?]

  /// Whether the runs do not all have the same value.
  package var isReal: Bool { Set(values).count > 1 }

  /// The keys of several dictionaries, sorted, each with its values.
  ///
  /// - Parameter all: whether keys of equal values are wanted too.
  package static func between(_ dictionaries: [[String: ParameterValue]], all: Bool)
    -> [Difference]
  {
    Set(dictionaries.flatMap(\.keys)).sorted(by: inNaturalOrder)
      .map { key in Difference(key: key, values: dictionaries.map { $0[key] }) }
      .filter { all || $0.isReal }
  }

  /// The values by run, missing ones left out.
  func json(_ runs: [Run]) -> JSONValue {
    .object(
      zip(runs, values).compactMap { run, value in
        value.map { (run.id.rawValue, .parameter($0)) }
      })
  }
}

/// Dotted keys in the order a reader expects: list places as numbers, `layers.2` before `layers.10`.
func inNaturalOrder(_ first: String, _ second: String) -> Bool {
  let firstParts = first.split(separator: ".", omittingEmptySubsequences: false)
  let secondParts = second.split(separator: ".", omittingEmptySubsequences: false)
  for (one, other) in zip(firstParts, secondParts) where one != other {
    if let one = Int(one), let other = Int(other), one != other { return one < other }
    return one < other
  }
  return firstParts.count < secondParts.count
}
