import Foundation
import GRDB
import RunModel

/// The sessions whose attempts show a sign of life every few seconds, and when the next is due.
// Unchecked: everything mutable is read and written under `lock`.
final class Heartbeats: @unchecked Sendable {
  private let lock = NSLock()
  private var sessions: [ObjectIdentifier: RunSession] = [:]
  private var dueAt = Date.distantFuture

  /// When the next is due; `nil` while nobody is watched.
  var due: Date? { lock.withLock { sessions.isEmpty ? nil : dueAt } }

  /// Renews the heartbeat of a session's attempt until it is dropped.
  func watch(_ session: RunSession) {
    lock.withLock {
      // The attempt's row itself is the first sign of life.
      if sessions.isEmpty { dueAt = Self.next() }
      sessions[ObjectIdentifier(session)] = session
    }
  }

  /// Ends the heartbeat of a session's attempt.
  func drop(_ session: RunSession) {
    lock.withLock { sessions[ObjectIdentifier(session)] = nil }
  }

  /// Writes the heartbeats, where they are due.
  func beat(_ connection: WriterConnection) {
    let watched: [RunSession] = lock.withLock {
      guard !sessions.isEmpty, dueAt <= Date() else { return [] }
      dueAt = Self.next()
      return Array(sessions.values)
    }
    guard !watched.isEmpty else { return }
    // A heartbeat that can't be written is renewed with the next; only its absence is read.
    try? connection.transaction { transaction in
      for session in watched { try transaction.beat(session.key) }
    }
  }

  private static func next() -> Date {
    Date(timeIntervalSinceNow: Double(Liveness.heartbeatEvery.components.seconds))
  }
}
