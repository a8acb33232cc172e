import GRDB
public import RunModel

/// The key of a tag.
enum TagKey {
  /// Refuses keys that no filter or call could name.
  ///
  /// - Throws: `RegistryError` `.usage`.
  static func check(_ key: String) throws {
    let isPlain = key.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard !key.isEmpty, key.utf8.count <= 250, isPlain, !key.contains("=") else {
      throw RegistryError(
        .usage,
        "A tag's key is 1 to 250 bytes without = and control characters, and '\(key)' is not. Give another."
      )
    }
  }
}

extension Transaction {
  /// Takes a tag off a run, if it is there.
  func remove(tag key: String, of run: Int64) throws {
    let statement = try database.cachedStatement(
      sql: "SELECT value FROM tag WHERE run = ? AND key = ?")
    guard let old = try Row.fetchOne(statement, arguments: [run, key]) else { return }
    try execute("DELETE FROM tag WHERE run = ? AND key = ?", [run, key])
    unseal(.tag(key: key, value: try old.text(0)), of: run)
  }

  /// Writes, replaces or removes a run's note.
  func set(note text: String?, of run: Int64) throws {
    let statement = try database.cachedStatement(sql: "SELECT text FROM note WHERE run = ?")
    if let old = try Row.fetchOne(statement, arguments: [run]) {
      try execute("DELETE FROM note WHERE run = ?", [run])
      unseal(.note(try old.text(0)), of: run)
    }
    guard let text else { return }
    try execute("INSERT INTO note(run, text) VALUES(?, ?)", [run, text])
    seal(.note(text), of: run)
  }
}

// What people write on runs; a run may be trained meanwhile.
extension RegistryWriter {
  /// Bytes of a note or a tag's value: more is a file, not a remark.
  public static let remarkLimit = 65_536

  /// Sets tags of a run, in place of those of the same key, and takes others off.
  ///
  /// - Throws: `RegistryError`: `.usage` for a key or a value that is none, `.missing` for the run.
  public func setTags(
    _ tags: [String: String], removing removed: [String] = [], of id: RunID
  ) throws {
    for key in tags.keys { try TagKey.check(key) }
    for (key, value) in tags { try Self.check(value, "The value of tag \(key)") }
    try change(id) { transaction, run in
      for key in removed { try transaction.remove(tag: key, of: run.key) }
      for (key, value) in tags { try transaction.set(tag: key, to: value, of: run.key) }
    }
  }

  /// Puts a note on a run, in place of an earlier one; an empty text takes it away.
  ///
  /// - Throws: `RegistryError`: `.usage` for a text that is too long, `.missing` for the run.
  public func setNote(_ text: String, of id: RunID) throws {
    try Self.check(text, "A note")
    try change(id) { transaction, run in
      try transaction.set(note: text.isEmpty ? nil : text, of: run.key)
    }
  }

  /// Gives a run another name; its id stays.
  ///
  /// - Throws: `RegistryError`: `.usage` for a name that a reference could not mean, `.missing` for the run.
  public func rename(_ id: RunID, to name: String) throws {
    try RunName.check(name)
    try change(id) { transaction, run in try transaction.update(run) { $0.name = name } }
  }

  private static func check(_ text: String, _ what: String) throws {
    guard text.utf8.count <= remarkLimit else {
      throw RegistryError(
        .usage,
        "\(what) is longer than \(remarkLimit) bytes. Keep it in a file, and write its name.")
    }
  }

  private func change(
    _ id: RunID, _ body: @escaping @Sendable (Transaction, RunRow) throws -> Void
  ) throws {
    try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        try body(transaction, RunRow.fetch(transaction.database, id: id))
      }
    }
  }
}
