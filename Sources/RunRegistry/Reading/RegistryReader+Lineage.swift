import GRDB
public import RunModel

extension RegistryReader {
  /// All runs that go back to the same first run as this one, oldest first; this one among them.
  ///
  /// A parent that is no longer there ends the search: its other children are found by their own ids.
  public func lineage(of id: RunID) throws -> [Run] {
    try read { database in
      var keys: [String: Int64] = [:]
      var parents: [String: String] = [:]
      var children: [String: [String]] = [:]
      try database.forEachRow("SELECT id, run_id, parent_run_id FROM run", []) { row in
        let name = try row.text(1)
        keys[name] = try row.integer(0)
        guard let parent = try row.optionalText(2) else { return }
        parents[name] = parent
        children[parent, default: []].append(name)
      }
      guard keys[id.rawValue] != nil else {
        _ = try key(of: id, database)
        return []
      }
      // Two marks of a visit: a stranger's runs may be one another's parents.
      var first = id.rawValue
      var passed: Set = [first]
      while let parent = parents[first], keys[parent] != nil, passed.insert(parent).inserted {
        first = parent
      }
      var found: Set = [first]
      var open = [first]
      while let next = open.popLast() {
        for child in children[next] ?? [] where found.insert(child).inserted { open.append(child) }
      }
      return try load(database, found.compactMap { keys[$0] })
        .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }
  }

  /// The run that a run was forked from, that one's parent, and so on, as far as they are there.
  public func ancestors(of run: Run) throws -> [Run] {
    try read { database in
      var ancestors: [Run] = []
      var passed: Set = [run.id]
      var next = run.parent
      while let parent = next, passed.insert(parent.id).inserted {
        let key = try Int64.fetchOne(
          database, sql: "SELECT id FROM run WHERE run_id = ?", arguments: [parent.id.rawValue])
        guard let key, let found = try load(database, [key]).first else { break }
        ancestors.append(found)
        next = found.parent
      }
      return ancestors
    }
  }
}
