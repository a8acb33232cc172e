import CSQLite
import Files
import GRDB
import Glibc
import RunModel

/// What a backup holds.
public struct RegistryBackup: Sendable {
  /// Of the file.
  public var bytes: Int
  /// Deleted ones among them.
  public var runs: Int
  /// Of all runs.
  public var checkpoints: Int
}

extension RegistryReader {
  /// Copies the registry, as it stands at one moment, to a file: compact, read back and found whole,
  /// durable, and in the place of an earlier backup only then.
  ///
  /// Others may write meanwhile.
  ///
  /// - Parameter target: no file, an empty one, or an earlier backup of this registry.
  /// - Throws: `RegistryError`: `.refused` for another file, `.missing` for its folder, `.disk` where there
  ///   is no room, `.invalid` where the registry is damaged.
  public func backUp(to target: String) throws -> RegistryBackup {
    let target = RegistryFile.absolute(target)
    try checkTarget(target)
    Draft.sweep(beside: target)
    let draft = Draft(of: target)
    defer { draft.remove() }
    try read(inTransaction: false) { database in
      draft.remove()
      // Made here for its permissions; SQLite opens it itself.
      close(try draft.make(like: path))
      try copy(database, to: draft.path, for: target)
    }
    let backup = try check(draft, of: target)
    Milestone.backupChecked.reached(draft.path)
    try RegistryError.mapping(target) { try draft.replaceTarget() }
    Milestone.backupPlaced.reached(target)
    return backup
  }

  /// Refuses a place where anything but an earlier backup would be lost.
  private func checkTarget(_ target: String) throws {
    var status = stat()
    guard stat(target, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw RegistryError(.refused, "\(target) is no file. Name one for the backup.")
    }
    var own = stat()
    for end in ["", "-wal", "-shm", ".lock"] where stat(path + end, &own) == 0 {
      guard own.st_ino != status.st_ino || own.st_dev != status.st_dev else {
        throw RegistryError(
          .usage, "\(target) belongs to the registry itself. Name another file for the backup.")
      }
    }
    guard status.st_size > 0 else { return }
    // A WAL beside it would be taken for the new file's.
    guard RegistryFile.isQuiet(target) else {
      throw RegistryError(
        .refused,
        "\(target) is in use as a registry, or was when its process died: \(target)-wal holds commits. "
          + "Name another file for the backup.")
    }
    let birth = try read { try Self.birth($0) }
    let other = try? RegistryReader(path: target).read { try Self.birth($0) }
    guard other == birth, !Self.wasWritten(target) else {
      throw RegistryError(
        .refused,
        "\(target) is not an earlier backup of this registry, or was written to since, so it is not "
          + "replaced. Name another file, or remove that one first.")
    }
  }

  /// When the registry was made: the same in all its copies.
  private static func birth(_ database: Database) throws -> Int64? {
    try Int64.fetchOne(database, sql: "SELECT created_at FROM registry")
  }

  /// Whether a process of ours has opened a backup to write: its header then asks for a WAL, that of a
  /// copy does not (sqlite.org/fileformat.html, 1.3.3).
  private static func wasWritten(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return true }
    defer { close(file) }
    var version: UInt8 = 0
    return pread(file, &version, 1, 18) != 1 || version != 1
  }

  private func copy(_ database: Database, to draft: String, for target: String) throws {
    let bytes = try Int.fetchOne(
      database,
      sql: """
        SELECT (page_count - freelist_count) * page_size
        FROM pragma_page_count, pragma_freelist_count, pragma_page_size
        """)
    if let bytes, let free = RegistryFile.freeBytes(beside: draft), bytes > free {
      throw RegistryError(
        .disk, "\(target) has no room for \(bytes) bytes. Free some, or name another place.")
    }
    // SQLite attaches the file that it copies to; nothing else ever is.
    sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_ATTACHED, 1)
    defer { sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_ATTACHED, 0) }
    do {
      try choice.withoutView(in: database) {
        try database.execute(sql: "VACUUM INTO ?", arguments: [draft])
      }
    } catch let error as DatabaseError {
      let isOfTarget = [.SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_READONLY]
        .contains(error.resultCode)
      throw RegistryError.from(error, path: isOfTarget ? target : path)
    }
  }

  /// What a copy holds, every row and byte of it looked at.
  private func check(_ draft: Draft, of target: String) throws -> RegistryBackup {
    let damage: String
    do {
      let verification = try RegistryReader(
        path: draft.path, clock: clock, liveness: liveness, choice: .all
      ).verify(data: .all)
      if verification.isClean {
        return RegistryBackup(
          bytes: Int(RegistryFile.state(of: draft.path)?.size ?? 0),
          runs: verification.checked.runs, checkpoints: verification.checked.checkpoints)
      }
      damage = verification.findings.first.map { "\($0.place), \($0.detail)" } ?? "unlisted"
    } catch let error as RegistryError where error.kind == .invalid {
      damage = "SQLite can't follow its pages"
    }
    throw RegistryError(
      .invalid,
      "\(path) is damaged (\(damage)), so it was not backed up and \(target) is as it was. "
        + "'gan-runs verify --data' names all that is damaged.")
  }
}
