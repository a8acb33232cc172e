internal import Files
internal import GRDB
internal import RunModel

/// What went wrong with a registry, in one sentence: what, where, how to mend it.
public struct RegistryError: Error, CustomStringConvertible, Equatable {
  /// What sort of trouble it is; each maps to one exit code of the command line.
  public enum Kind: Sendable, CaseIterable {
    /// No such file, run or checkpoint.
    case missing
    /// Another program's file, a damaged or newer one, a file system that can't hold it.
    case invalid
    /// Other processes kept the lock for longer than the patience.
    case busy
    /// The disk can't be written, or fails.
    case disk
    /// No space is left on the disk.
    case full
    /// A reference that fits several runs.
    case ambiguous
    /// Something that may not be done now.
    case refused
    /// A name or reference that is not well formed.
    case usage
  }

  /// What sort of trouble it is.
  public let kind: Kind
  /// The sentence.
  public let description: String
  /// What is damaged and how, without what to do about it; `nil` for any other error.
  public private(set) var damage: String?

  /// An error of a kind with its sentence.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = Self.shown(description)
  }

  /// A sentence that can be shown: names within it are a stranger's, and may be as long as a file.
  private static func shown(_ sentence: String) -> String { printable(sentence, limit: 2000) }
}

extension RegistryError {
  /// The error of a registry whose content contradicts itself.
  static func damaged(_ path: String, _ what: String) -> RegistryError {
    var error = RegistryError(
      .invalid, "\(path) is damaged: \(what). Restore it from a backup.")
    error.damage = shown(what)
    return error
  }

  /// What is said of rows that their own schema would not have taken.
  static let brokenRule = "its rows break a rule of its schema"

  /// The sentence for an error that SQLite reported; its own words never reach a user.
  static func from(_ error: any Error, path: String) -> any Error {
    if let error = error as? FileError {
      return RegistryError(error.isMissingFolder ? .missing : .disk, error.description)
    }
    if error is RowDecodingError { return damaged(path, "a value is not of its column's type") }
    guard let error = error as? DatabaseError else { return error }
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return RegistryError(
        .busy, "\(path) is busy: another process writes to it. Try again in a moment.")
    case .SQLITE_PROTOCOL:
      return RegistryError(
        .busy,
        "\(path) can't be read: a lock on \(path)-shm was not to be had for ten seconds. Try again; where "
          + "that does not help, end the other programs that have the registry open.")
    case .SQLITE_FULL:
      return RegistryError(
        .full, "No space is left for \(path). Free some and try again; what was stored is whole.")
    case .SQLITE_IOERR
    where error.extendedResultCode != .SQLITE_IOERR_FSYNC && RegistryFile.isDiskFull(path):
      // Never a failed fsync: a second one may succeed without the bytes of the first. Room for the WAL's
      // index, or of a quota, is missed as an input or output error.
      return from(DatabaseError(resultCode: .SQLITE_FULL), path: path)
    case .SQLITE_IOERR:
      return RegistryError(
        .disk, "\(path) can't be read or written: the disk reported an error. Check the disk.")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      return RegistryError(
        .disk, "\(path) can't be written. Check the permissions of the file and of its folder.")
    case .SQLITE_CANTOPEN:
      return RegistryError(
        .disk, "\(path) can't be opened. Check the permissions of the file and of its folder.")
    case .SQLITE_NOTADB:
      return RegistryError(
        .invalid, "\(path) is not a gan-runs registry. Name another file with --db.")
    case .SQLITE_CORRUPT:
      return damaged(path, "SQLite can't follow its pages")
    case .SQLITE_NOMEM, .SQLITE_TOOBIG:
      return RegistryError(
        .invalid, "\(path) holds a value larger than any that gan-runs writes.")
    case .SQLITE_CONSTRAINT:
      return damaged(path, brokenRule)
    default:
      return damaged(path, "its tables are not the ones that its version has")
    }
  }

  /// Runs `body` and turns what SQLite reports into a sentence.
  static func mapping<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw from(error, path: path) }
  }
}
