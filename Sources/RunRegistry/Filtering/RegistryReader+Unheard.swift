import GRDB
public import RunModel

/// A setting, metric or tag that no run has: perhaps a slip of the pen.
public struct UnheardField: Sendable, Hashable {
  /// What was named.
  public var field: RunField
  /// The name among those of the newest runs that was most likely meant.
  public var nearest: RunField?
}

extension RegistryReader {
  /// The settings, metrics and tags among some fields that no run has.
  public func unheard(among fields: [RunField]) throws -> [UnheardField] {
    try read { database in
      try fields.compactMap { field in
        guard let place = Place(field) else { return nil }
        let isHeard = try Bool.fetchOne(
          database,
          sql: """
            SELECT EXISTS(SELECT 1 FROM run WHERE EXISTS(
              SELECT 1 FROM \(place.table) AS one WHERE one.run = run.id AND one.\(place.column) = ?))
            """, arguments: [place.name])
        if isHeard == true { return nil }
        // Not of all runs: this is asked only to be helpful.
        let known = try String.fetchAll(
          database,
          sql: """
            SELECT DISTINCT \(place.column) FROM \(place.table) WHERE run IN
              (SELECT id FROM run ORDER BY created_at DESC, id DESC LIMIT 100)
            """)
        return UnheardField(
          field: field, nearest: nearest(to: place.name, among: known).map { place.field($0) })
      }
    }
  }

  /// Where a field's name is kept.
  private struct Place {
    var table: String
    var column: String
    var name: String
    var field: (String) -> RunField

    /// `nil` for a field that every run has.
    init?(_ field: RunField) {
      switch field {
      case .own: return nil
      case .metric(let name, let aspect):
        (table, column, self.name) = ("series", "name", name)
        self.field = { .metric($0, aspect) }
      case .parameter(let key):
        (table, column, name) = ("setting", "key", key)
        self.field = RunField.parameter
      case .tag(let key):
        (table, column, name) = ("tag", "key", key)
        self.field = RunField.tag
      }
    }
  }
}
