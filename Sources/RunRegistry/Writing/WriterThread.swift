import Foundation
import GRDB
import RunModel
import Synchronization

/// The thread that writes, and the bounded queue that feeds it.
// Unchecked: everything mutable is read and written under `condition`, or by the thread alone.
final class WriterThread: @unchecked Sendable {
  /// One thing to do, in its turn.
  private enum Item {
    case recorded(Recorded, RunSession)
    case save(PendingCheckpoint, RunSession)
    case command(@Sendable (WriterConnection) -> Void)
    case stop
  }

  /// Rows that wait before a batch is stored early.
  static let batchWeight = 2000
  /// Rows that may wait at all; a caller that is faster waits.
  static let queueWeight = 20_000
  /// Snapshots that may be in memory for storing.
  static let snapshotLimit = 2
  /// How long a point waits for company.
  static let batchDelay: TimeInterval = 0.2

  private let connection: WriterConnection
  private let condition = NSCondition()
  private var items = Queue<Item>()
  private var weight = 0
  private var snapshots = 0
  private var isStopped = false
  private var sessions: [ObjectIdentifier: RunSession] = [:]
  private var beatAt = Date.distantFuture

  // Of the thread alone.
  private var batch: [ObjectIdentifier: (session: RunSession, recorded: [Recorded])] = [:]
  private var batchOrder: [ObjectIdentifier] = []
  private var weightInBatch = 0
  private var lastFlushFailure: (any Error)?
  private var flushAt: Date?

  init(_ connection: WriterConnection) {
    self.connection = connection
    let thread = Thread { [self] in run() }
    thread.name = "registry writer"
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Hands over something to store in its turn; waits while too much is waiting already.
  func record(_ recorded: Recorded, for session: RunSession) throws {
    try enqueue(.recorded(recorded, session), weight: recorded.weight)
  }

  /// Hands over a snapshot; waits while two others are not yet stored.
  func save(_ checkpoint: PendingCheckpoint, for session: RunSession) throws {
    try enqueue(.save(checkpoint, session), weight: 0)
  }

  /// Runs `body` on the thread, after everything handed over before, and waits for it.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (WriterConnection) throws -> Result
  ) throws -> Result {
    let answer = Answer<Result>()
    try enqueue(
      .command { connection in
        answer.give(Swift.Result { try body(connection) })
      }, weight: 0)
    return try answer.wait()
  }

  /// Renews the heartbeat of a session's attempt until it is dropped.
  func watch(_ session: RunSession) {
    condition.withLock {
      // The attempt's row itself is the first sign of life.
      if sessions.isEmpty { beatAt = Self.nextBeat() }
      sessions[ObjectIdentifier(session)] = session
      condition.broadcast()
    }
  }

  /// Ends the heartbeat of a session's attempt.
  func drop(_ session: RunSession) {
    condition.withLock { sessions[ObjectIdentifier(session)] = nil }
  }

  /// Stores what waits and ends the thread.
  ///
  /// - Throws: why something that was recorded could not be stored; the thread has ended even so.
  func stop() throws {
    let failure = Mutex<(any Error)?>(nil)
    try perform { [self] _ in
      let last = lastFlushFailure
      failure.withLock { $0 = last }
    }
    condition.withLock {
      items.append(.stop)
      isStopped = true
      condition.broadcast()
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private func enqueue(_ item: Item, weight added: Int) throws {
    try condition.withLock {
      let isSave = if case .save = item { true } else { false }
      while !isStopped
        && (weight > 0 && weight + added > Self.queueWeight
          || isSave && snapshots >= Self.snapshotLimit)
      { condition.wait() }
      guard !isStopped else {
        throw RegistryError(.refused, "The registry was closed while a run still wrote to it.")
      }
      if isSave { snapshots += 1 }
      weight += added
      items.append(item)
      condition.broadcast()
    }
  }

  private func run() {
    while let item = next() {
      switch item {
      case .recorded(let recorded, let session):
        add(recorded, of: session)
      case .save(let checkpoint, let session):
        flush()
        do {
          // A checkpoint must not get ahead of its points: a resume would start beyond them.
          if let lastFlushFailure { throw lastFlushFailure }
          try CheckpointWriting(connection, checkpoint, between: storeMeanwhile).store()
          session.noteSave(failure: nil)
        } catch { session.noteSave(failure: error) }
        condition.withLock {
          snapshots -= 1
          condition.broadcast()
        }
      case .command(let body):
        flush()
        body(connection)
      case .stop: return
      }
    }
  }

  /// The next item; while there is none, stores batches and renews heartbeats in their time.
  private func next() -> Item? {
    while true {
      condition.lock()
      while items.isEmpty {
        let due = min(flushAt ?? .distantFuture, sessions.isEmpty ? .distantFuture : beatAt)
        if due <= Date() { break }
        if due == .distantFuture { condition.wait() } else { _ = condition.wait(until: due) }
      }
      let now = Date()
      let isFlushDue = flushAt.map { $0 <= now } ?? false
      let isBeatDue = !sessions.isEmpty && beatAt <= now
      if !isFlushDue && !isBeatDue, let item = items.popFirst() {
        if case .recorded(let recorded, _) = item { weight -= recorded.weight }
        condition.broadcast()
        condition.unlock()
        return item
      }
      let watched = Array(sessions.values)
      condition.unlock()
      if isFlushDue { flush() }
      if isBeatDue { beat(watched) }
    }
  }

  private func add(_ recorded: Recorded, of session: RunSession) {
    let id = ObjectIdentifier(session)
    if batch[id] == nil { batchOrder.append(id) }
    batch[id, default: (session, [])].recorded.append(recorded)
    weightInBatch += recorded.weight
    if flushAt == nil { flushAt = Date(timeIntervalSinceNow: Self.batchDelay) }
    if weightInBatch >= Self.batchWeight { flush() }
  }

  /// Stores points that come while a large snapshot is written, so that readers see them in time.
  private func storeMeanwhile() {
    let (waiting, watched, isBeatDue) = condition.withLock {
      var waiting: [Item] = []
      while case .recorded? = items.first, let item = items.popFirst() { waiting.append(item) }
      for case .recorded(let recorded, _) in waiting { weight -= recorded.weight }
      condition.broadcast()
      return (waiting, Array(sessions.values), !sessions.isEmpty && beatAt <= Date())
    }
    for case .recorded(let recorded, let session) in waiting { add(recorded, of: session) }
    if let flushAt, flushAt <= Date() { flush() }
    if isBeatDue { beat(watched) }
  }

  /// Stores the batch, each run's part in a transaction of its own.
  ///
  /// What a full disk or a busy registry turns away is kept for the next attempt; the run hears of it.
  private func flush() {
    flushAt = nil
    lastFlushFailure = nil
    var kept: [ObjectIdentifier] = []
    for id in batchOrder {
      guard let (session, recorded) = batch[id] else { continue }
      do {
        try connection.transaction { try $0.store(recorded, of: session.key) }
        batch[id] = nil
      } catch {
        session.note(failure: error)
        lastFlushFailure = error
        let kind = (error as? RegistryError)?.kind
        if (kind == .busy || kind == .disk) && weightInBatch < 5 * Self.queueWeight {
          kept.append(id)
        } else {
          batch[id] = nil
        }
      }
    }
    batchOrder = kept
    weightInBatch = kept.reduce(0) { $0 + (batch[$1]?.recorded.reduce(0) { $0 + $1.weight } ?? 0) }
    if !kept.isEmpty { flushAt = Date(timeIntervalSinceNow: 1) }
  }

  private static func nextBeat() -> Date {
    Date(timeIntervalSinceNow: Double(Liveness.heartbeatEvery.components.seconds))
  }

  private func beat(_ watched: [RunSession]) {
    condition.withLock { beatAt = Self.nextBeat() }
    // A heartbeat that can't be written is renewed with the next; only its absence is read.
    try? connection.transaction { transaction in
      for session in watched {
        try transaction.execute(
          "UPDATE attempt SET heartbeat_at = ? WHERE run = ? AND number = ?",
          [transaction.now.microseconds, session.key.run, session.key.number])
      }
    }
  }
}
