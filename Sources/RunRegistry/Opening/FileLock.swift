import Glibc
import RunModel

/// The lock file beside a registry, taken for every commit, WAL checkpoint, migration and close.
///
/// SQLite up to 3.51.2 can lose a commit that one connection makes while another moves the WAL into the
/// file (sqlite.org/wal.html, "the WAL-reset bug"). No two processes of ours ever do so at once.
/// The lock is flock(2) on a file of its own: closing the database file by other means than SQLite's
/// would drop SQLite's own POSIX locks.
// Unchecked: the descriptor is set once; flock is safe from any thread.
final class FileLock: @unchecked Sendable {
  private let descriptor: Int32
  private let path: String
  private let patience: Duration

  /// Opens `FILE.lock`, making it where it is missing.
  init(for path: String, patience: Duration) throws {
    self.path = path
    self.patience = patience
    descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RegistryError(
        errno == ENOENT || errno == ENOTDIR ? .missing : .disk,
        "\(path) can't be opened to write: \(systemMessage()). Name a file in a folder that exists and "
          + "can be written.")
    }
  }

  deinit { close(descriptor) }

  /// Whether a process holds the lock beside a registry at this moment.
  static func state(beside path: String) -> RegistryHealth.Lock {
    let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .missing }
    // Closing it gives back what was taken.
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) == 0 ? .free : .held
  }

  /// Runs `body` while no other process of ours commits.
  ///
  /// - Throws: `.busy` when the lock is not free within the patience.
  func withLock<Result>(_ body: () throws -> Result) throws -> Result {
    try take()
    defer { flock(descriptor, LOCK_UN) }
    return try body()
  }

  /// Leaves the lock alone for as long as whoever waits for it sleeps between two tries: it is not handed
  /// on, and who takes it again at once could keep all others out.
  func giveTurn() { usleep(Self.longestPause) }

  /// Microseconds between two tries at most.
  private static let longestPause: UInt32 = 10_000

  private func take() throws {
    let start = ContinuousClock.now
    // Attempts spread out at random, so that two waiting processes don't keep meeting.
    var pause: UInt32 = 200
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw RegistryError(.disk, "\(path).lock can't be locked: \(systemMessage()).")
      }
      guard ContinuousClock.now - start < patience else {
        throw RegistryError(
          .busy, "\(path) is busy: another process writes to it. Try again in a moment.")
      }
      usleep(UInt32.random(in: pause / 2...pause))
      pause = min(pause * 2, Self.longestPause)
    }
  }
}

/// The system's words for the last failed call.
func systemMessage() -> String { String(cString: strerror(errno)) }
