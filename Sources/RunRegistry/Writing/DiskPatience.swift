import Foundation

/// How a writer waits for a disk that is full: nothing is lost meanwhile, and training stands still once
/// the queue is full.
public struct DiskPatience: Sendable {
  /// How often a second try is made before it gives up.
  public var attempts: Int
  /// Waits between two of them.
  public var pause: @Sendable () -> Void
  /// Bytes of a WAL past which the user hears that a reader keeps it from moving into the file.
  public var longWAL: Int
  /// Takes a sentence for the user.
  public var notice: @Sendable (String) -> Void

  /// Half a minute, a try every second, unless told otherwise.
  public init(
    attempts: Int = 30, pause: @escaping @Sendable () -> Void = DiskPatience.second,
    longWAL: Int = 1 << 30,
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.attempts = attempts
    self.pause = pause
    self.longWAL = longWAL
    self.notice = notice
  }

  /// Sleeps for a second.
  public static let second: @Sendable () -> Void = { Thread.sleep(forTimeInterval: 1) }
}

/// Does the writer's work in spite of a disk that is full for a while or reports errors.
final class Perseverance {
  private let connection: WriterConnection
  private let patience: DiskPatience
  /// Called between two tries, for what must not wait until there is space.
  private let between: () -> Void
  /// Tries left, until something succeeds again; once they are used up there are none any more, so that a
  /// run's end waits for nothing.
  private var left: Int
  private var wasScarce = false
  private var wasLong = false

  init(
    _ connection: WriterConnection, _ patience: DiskPatience, between: @escaping () -> Void = {}
  ) {
    self.connection = connection
    self.patience = patience
    self.between = between
    left = patience.attempts
  }

  /// Tells the user what no caller hears of.
  func say(_ sentence: String) { patience.notice(sentence) }

  /// Says where a state that is about to be stored may not find room; whether it does, the disk decides.
  ///
  /// Its bytes are written twice: into the WAL, then into the file.
  func warnOfSpace(for bytes: Int) {
    let free = RegistryFile.freeBytes(beside: connection.path) ?? .max
    let isScarce = free < 2 * bytes + 64 << 20
    if isScarce && !wasScarce {
      patience.notice(
        "\(free >> 20) MiB are free for \(connection.path); a checkpoint of \(bytes >> 10) KiB may "
          + "not find room")
    }
    wasScarce = isScarce
  }

  /// Says, once each time that it comes so far, that the WAL grows because somebody reads.
  ///
  /// Nothing bounds it then: what a reader may still ask for can't be overwritten, and a training that
  /// stopped for a forgotten shell would be worse.
  func warnOfWAL() {
    let bytes = connection.walBytes
    let isLong = bytes > patience.longWAL
    if isLong && !wasLong {
      patience.notice(
        "\(connection.path)-wal holds \(bytes >> 20) MiB, for another process has been reading "
          + "\(connection.path) all the while; end it, such as an open sqlite3 shell, and the file "
          + "shrinks")
    }
    wasLong = isLong
  }

  /// Does `body`, again and again while the disk is full.
  ///
  /// After an error of the disk itself it is not tried again: what of a failed commit or fsync reached the
  /// disk nobody can tell (Rebello et al., "Can Applications Recover from fsync Failures?", 2020). What
  /// follows, such as the end of the run, works on a connection that has read the file anew.
  func perform<Result>(_ body: () throws -> Result) throws -> Result {
    var waits = 0
    while true {
      let commits = connection.commits
      do {
        let result = try body()
        if waits > 0 { patience.notice("\(connection.path) has space again; going on") }
        if connection.commits > commits && left > 0 { left = patience.attempts }
        return result
      } catch let error as RegistryError where error.kind == .full && left > 0 {
        if waits == 0 {
          patience.notice(
            "no space is left for \(connection.path); waiting up to \(left) seconds for some")
        }
        waits += 1
        left -= 1
        patience.pause()
        // A small commit may find room where a large one does not.
        between()
      } catch let error as RegistryError where error.kind == .disk {
        try? connection.reopen()
        throw error
      }
    }
  }
}
