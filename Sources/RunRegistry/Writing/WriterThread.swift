import Foundation
import RunModel
import Synchronization

/// The thread that writes: points in batches, snapshots and commands in their turn, heartbeats.
// Unchecked: what is mutable belongs to the thread alone.
final class WriterThread: @unchecked Sendable {
  private let connection: WriterConnection
  private let queue = WriterQueue()
  private let heartbeats: Heartbeats
  private let end = Answer<Void>()

  // Of the thread alone.
  private let perseverance: Perseverance
  private var batch = PointBatch()
  private var lastFlushFailure: (any Error)?
  /// Whose snapshot left a WAL that moves into the file once nothing waits.
  private var unsettled: RunSession?

  init(
    _ connection: WriterConnection, _ patience: DiskPatience, heartbeatEvery: Duration
  ) {
    self.connection = connection
    let heartbeats = Heartbeats(every: heartbeatEvery)
    self.heartbeats = heartbeats
    perseverance = Perseverance(connection, patience) { heartbeats.beat(connection) }
    connection.hasReopened = { [unowned self] in checkNewest() }
    let thread = Thread { [self] in run() }
    thread.name = "registry writer"
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Hands over something to store in its turn; waits while too much is waiting already.
  func record(_ recorded: Recorded, for session: RunSession) throws {
    try queue.append(.recorded(recorded, session), weight: recorded.weight)
  }

  /// Makes room for a snapshot: waits, or leaves one out.
  func makeRoom(_ policy: BusyPolicy, for session: RunSession) throws -> SaveRoom {
    try queue.makeRoom(policy, for: session)
  }

  /// Hands over a snapshot; waits while two others are not yet stored.
  func save(_ checkpoint: PendingCheckpoint, for session: RunSession) throws {
    try queue.append(.save(checkpoint, session))
  }

  /// Runs `body` on the thread, after everything handed over before, and waits for it.
  ///
  /// `body` may run again from its beginning, where a full disk turned it away.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (WriterConnection) throws -> Result
  ) throws -> Result {
    let answer = Answer<Result>()
    try queue.append(
      .command { [self] connection in
        answer.give(Swift.Result { try perseverance.perform { try body(connection) } })
      })
    return try answer.wait()
  }

  /// Renews the heartbeat of a session's attempt until it is dropped.
  func watch(_ session: RunSession) {
    heartbeats.watch(session)
    queue.wake()
  }

  /// Ends the heartbeat of a session's attempt.
  func drop(_ session: RunSession) { heartbeats.drop(session) }

  /// Renews the heartbeat of a job until its lease is dropped; on the thread alone.
  func watch(_ lease: JobLease) { heartbeats.watch(lease) }

  /// Ends the heartbeat of a job; on the thread alone.
  func drop(_ lease: JobLease) { heartbeats.drop(lease) }

  /// Stores what waits and ends the thread.
  ///
  /// Sessions that were not finished are let go of: their runs show as crashed once the process is gone.
  ///
  /// - Throws: why something that was recorded could not be stored; the thread has ended even so.
  func stop() throws {
    let failure = Mutex<(any Error)?>(nil)
    try perform { [self] _ in
      let last = lastFlushFailure
      failure.withLock { $0 = last }
    }
    queue.stop()
    try end.wait()
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private func run() {
    while true {
      switch doNext() {
      case .stopped:
        heartbeats.dropAll()
        batch = PointBatch()
        return end.give(.success(()))
      // Only now does nothing here hold the snapshot any more: its memory is free for the next.
      case .saved: queue.removeSnapshot()
      case .other: break
      }
    }
  }

  private enum Done { case saved, stopped, other }

  /// Does what is due, then one thing that waits: neither keeps the other waiting for ever, also where a
  /// disk takes longer over what is due than the time until it is due again.
  private func doNext() -> Done {
    storeDue()
    if unsettled != nil && queue.isEmpty { settle() }
    let due = [batch.due, heartbeats.due].compactMap { $0 }.min()
    switch queue.next(by: due) {
    case .recorded(let recorded, let session):
      add(recorded, of: session)
    case .save(let checkpoint, let session):
      save(checkpoint, of: session)
      return .saved
    case .command(let body):
      flush()
      body(connection)
    case .stop: return .stopped
    case nil: break
    }
    return .other
  }

  /// Reads the newest checkpoint of each run once more, after an error of the disk: what is lost of it is
  /// said now, not at the next resume.
  private func checkNewest() {
    for session in heartbeats.sessions {
      do {
        let found = try RegistryReader(path: connection.path).newestWhole(of: session.runID)
        for row in found.damaged {
          perseverance.say(
            "after an error of the disk the checkpoint @step:\(row.step) of run \(session.runID) is not what "
              + "was stored; 'gan-runs resume \(session.runID) --allow-older' goes on from an earlier one"
          )
        }
      } catch let error as RegistryError where error.kind == .invalid {
        perseverance.say("\(error)")
      } catch {
        // It can't be read at all just now; the resume will tell.
      }
    }
  }

  private func save(_ checkpoint: PendingCheckpoint, of session: RunSession) {
    flush()
    unsettled = session
    connection.saving { store(checkpoint, of: session) }
  }

  /// A failed sync of the file is the snapshot's failure, as one within its transactions is.
  private func settle() {
    do { try perseverance.perform { try connection.settle() } } catch let error as RegistryError
      where error.kind == .busy
    {
      // Another process has the lock; the next transaction moves the WAL.
    } catch { unsettled?.noteSave(failure: error) }
    unsettled = nil
  }

  private func store(_ checkpoint: PendingCheckpoint, of session: RunSession) {
    do {
      // A checkpoint must not get ahead of its points: a resume would start beyond them.
      if let missing = session.loss ?? lastFlushFailure { throw missing }
      perseverance.warnOfSpace(
        for: checkpoint.source.layout.reduce(0) { $0 + $1.byteCount })
      let writing = CheckpointWriting(connection, checkpoint, between: storeMeanwhile)
      try perseverance.perform { try writing.store() }
      session.noteSave(failure: nil)
      // The checkpoint is stored: what can't be dropped now is dropped after the next one.
      do { try perseverance.perform { try writing.dropSurplus() } } catch {
        perseverance.say("older checkpoints could not be dropped, and stay for now: \(error)")
      }
      perseverance.warnOfWAL()
    } catch { session.noteSave(failure: error) }
  }

  private func add(_ recorded: Recorded, of session: RunSession) {
    batch.add(recorded, of: session)
    if batch.isFull { flush() }
  }

  /// Stores points that come while a large snapshot is written, so that readers see them in time.
  private func storeMeanwhile() {
    while let (recorded, session) = queue.nextRecorded() { add(recorded, of: session) }
    storeDue()
  }

  /// Stores points that have waited long enough, and heartbeats; on the thread alone.
  func storeDue() {
    if let due = batch.due, due <= Date() { flush() }
    heartbeats.beat(connection)
  }

  private func flush() {
    lastFlushFailure = batch.store { recorded, session in
      try perseverance.perform {
        try connection.transaction { try $0.store(recorded, of: session.key) }
      }
    }
  }
}
