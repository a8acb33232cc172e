import CSQLite
import GRDB
import Glibc

/// What can be learnt of a registry's files without opening them.
///
/// The files are never opened here: closing a second descriptor would drop SQLite's locks of the whole
/// process (sqlite.org/howtocorrupt.html, 2.2).
enum RegistryFile {
  /// `GANR`, in the header of each registry.
  static let applicationID: Int32 = 0x4741_4E52

  /// A file's size and the moment of its last change.
  struct State: Equatable {
    var size: Int64
    var inode: UInt64
    var seconds: Int
    var nanoseconds: Int
    var isDirectory: Bool
  }

  /// The state of a file, `nil` where there is none.
  static func state(of path: String) -> State? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    return State(
      size: Int64(info.st_size), inode: UInt64(info.st_ino), seconds: info.st_mtim.tv_sec,
      nanoseconds: info.st_mtim.tv_nsec, isDirectory: info.st_mode & S_IFMT == S_IFDIR)
  }

  /// The absolute path with symbolic links followed, also one that names no file yet, so that one file
  /// has one lock.
  static func absolute(_ path: String) -> String {
    var path = path
    // As many links as the kernel follows (path_resolution(7)).
    for _ in 0..<40 {
      if let resolved = resolved(path) { return resolved }
      let name = path.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init)
      let folder = path.contains("/") ? folder(of: path) : "."
      guard let name, let parent = resolved(folder) else { return path }
      path = parent == "/" ? "/" + name : parent + "/" + name
      guard let target = target(ofLink: path) else { return path }
      path = target.hasPrefix("/") ? target : parent + "/" + target
    }
    return path
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func target(ofLink path: String) -> String? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &target, target.count)
    guard count > 0 else { return nil }
    return String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The registry's files as they are at a moment; the same again where nothing was written between.
  struct Moment: Equatable {
    var file: State?
    /// `nil` where nothing waits in a WAL.
    var wal: State?
  }

  /// The state of a registry's files.
  static func moment(of path: String) -> Moment {
    let wal = state(of: path + "-wal")
    return Moment(file: state(of: path), wal: wal?.size == 0 ? nil : wal)
  }

  /// The folder that a file lies in, with its last slash.
  static func folder(of path: String) -> String {
    String(path[...(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  /// Bytes that this user may still write beside a file, `nil` where the system does not tell.
  static func freeBytes(beside path: String) -> Int? {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return nil }
    let (bytes, overflows) = Int(clamping: info.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: info.f_frsize))
    return overflows ? nil : bytes
  }

  /// Whether next to nothing can be written beside a file.
  static func isDiskFull(_ path: String) -> Bool {
    freeBytes(beside: path).map { $0 < 1 << 20 } ?? false
  }

  /// Whether nothing waits in a WAL: then the one file is the whole registry.
  static func isQuiet(_ path: String) -> Bool { (state(of: path + "-wal")?.size ?? 0) == 0 }

  /// Has the kernel begin to write the WAL of a file to the disk, so that a later sync waits for little.
  ///
  /// A hint, whatever becomes of it: it neither waits for the disk nor takes a failed write's report from
  /// SQLite's own sync, which alone decides what is durable (sync_file_range(2); each descriptor is
  /// told of an error once). SQLite has its locks on other files than the WAL, so closing this one
  /// drops none.
  static func beginWritingWAL(of path: String) {
    gr_begin_writing(path + "-wal")
  }

  /// The address under which SQLite opens a file.
  ///
  /// - Parameter option: `immutable=1` reads it without locks, WAL or shared memory; `vfs=unix-none`
  ///   without locks.
  static func address(_ path: String, _ option: String) -> String {
    var address = "file://"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        address.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        address += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return address + "?" + option
  }

  /// Refuses a symbolic link that leads to nothing, by the name that it was given by.
  ///
  /// - Parameter isMade: whether a registry is made where the link points.
  static func checkLink(_ given: String, isMade: Bool = false) throws {
    var status = stat()
    guard stat(given, &status) != 0 else { return }
    let code = errno
    guard lstat(given, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
    if code == ELOOP {
      throw RegistryError(
        .missing,
        "\(given) is a symbolic link that leads back to itself. Name another file with --db.")
    }
    if code == ENOENT, !isMade {
      throw RegistryError(
        .missing,
        "\(given) is a symbolic link to \(absolute(given)), where there is no file. Train a run to make it, "
          + "or name another with --db.")
    }
  }

  /// Refuses what can't be a registry by its outside: nothing there, a folder, zero bytes.
  static func checkPresence(of path: String) throws {
    guard let state = state(of: path) else {
      throw RegistryError(
        .missing, "There is no registry at \(path). Name one with --db, or train a run to make it.")
    }
    guard !state.isDirectory else {
      throw RegistryError(.invalid, "\(path) is a folder, not a registry. Name a file with --db.")
    }
    guard state.size > 0 else {
      throw RegistryError(
        .missing, "\(path) is empty: it holds no registry yet. Train a run to fill it.")
    }
    guard access(path, R_OK) == 0 else {
      throw RegistryError(.disk, "\(path) can't be read: \(systemMessage()).")
    }
  }

  /// Refuses a WAL whose file is gone or was emptied: SQLite would delete it, and the commits in it.
  static func checkWAL(of path: String) throws {
    // In this order: a registry that comes into being has its file before its WAL.
    guard !isQuiet(path) else { return }
    guard let file = state(of: path) else {
      throw RegistryError(
        .missing,
        "\(path) is gone, but \(path)-wal holds commits that belong to it. Put the file back beside it, "
          + "or move \(path)-wal away to begin anew.")
    }
    guard file.size > 0 else {
      throw RegistryError.damaged(
        path, "it is empty, but \(path)-wal holds commits that belong to it")
    }
  }

  /// Refuses network file systems.
  static func checkFileSystem(_ path: String, on system: FileSystem? = nil) throws {
    let system = system ?? FileSystem(of: path)
    guard system.isNetwork else { return }
    throw RegistryError(
      .invalid,
      "\(path) lies on a network file system (\(system.kind)), where SQLite's locks don't hold. "
        + "Put the registry on a local disk.")
  }

  /// Refuses files that are not ours or of a later version, by the two numbers in their header.
  ///
  /// - Returns: how many migrations the file has.
  @discardableResult
  static func checkIdentity(_ database: Database, path: String, known: Int) throws -> Int {
    let identity = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    guard identity == applicationID else {
      throw RegistryError(
        .invalid, "\(path) is another program's database. Name another file with --db.")
    }
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard version <= known else {
      throw RegistryError(
        .invalid,
        "\(path) has schema version \(version); this gan-runs knows versions up to \(known). "
          + "Use a newer gan-runs.")
    }
    guard version >= 1 else {
      throw RegistryError.damaged(path, "its schema version is \(version)")
    }
    return version
  }

  /// Looks at a file's identity without leaving a trace beside it.
  ///
  /// A file that other processes write may look torn while its WAL moves into it; then nothing is said,
  /// and the opening that follows decides.
  static func probe(_ path: String, known: Int) throws {
    let (before, wasQuiet) = (state(of: path), isQuiet(path))
    do {
      let queue = try DatabaseQueue(
        path: address(path, "immutable=1"), configuration: Connection.configuration(readonly: true))
      defer { try? queue.close() }
      try queue.unsafeRead { _ = try checkIdentity($0, path: path, known: known) }
    } catch let error as DatabaseError {
      // The WAL may have moved in, and be gone, by the time that the error is looked at.
      let isStill = wasQuiet && isQuiet(path) && state(of: path) == before
      if error.resultCode == .SQLITE_CORRUPT && !isStill { return }
      throw RegistryError.from(error, path: path)
    }
  }
}
