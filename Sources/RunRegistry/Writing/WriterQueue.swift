import Foundation
import RunModel

/// What waits for the writer thread, bounded: whoever hands over too much waits.
// Unchecked: everything mutable is read and written under `condition`.
final class WriterQueue: @unchecked Sendable {
  /// One thing to do, in its turn.
  enum Item {
    case recorded(Recorded, RunSession)
    case save(PendingCheckpoint, RunSession)
    case command(@Sendable (WriterConnection) -> Void)
    case stop
  }

  /// Rows that may wait; a caller that is faster waits.
  static let weightLimit = 20_000
  /// Snapshots that may be in memory: one that is being stored, and one that waits.
  static let snapshotLimit = 2

  private let condition = NSCondition()
  private var items = Queue<Item>()
  private var weight = 0
  private var snapshots = 0
  private var isStopped = false
  private var isWoken = false

  /// Adds an item; waits while too much is waiting already.
  func append(_ item: Item, weight added: Int = 0) throws {
    try condition.withLock {
      let isSave = if case .save = item { true } else { false }
      while !isStopped
        && (weight > 0 && weight + added > Self.weightLimit
          || isSave && snapshots >= Self.snapshotLimit)
      { condition.wait() }
      guard !isStopped else { throw Self.closed }
      if isSave { snapshots += 1 }
      weight += added
      items.append(item)
      condition.broadcast()
    }
  }

  /// Makes room for one more snapshot: waits, or leaves one out.
  func makeRoom(_ policy: BusyPolicy, for session: RunSession) throws -> SaveRoom {
    try condition.withLock {
      while !isStopped && snapshots >= Self.snapshotLimit {
        if policy == .skip { return .none }
        if policy == .latest, let left = removeReplaceable(of: session) {
          snapshots -= 1
          condition.broadcast()
          return .inPlaceOf(step: left.step, epoch: left.epoch)
        }
        condition.wait()
      }
      guard !isStopped else { throw Self.closed }
      return .free
    }
  }

  /// The next item, also after `deadline` where one waits; `nil` where none has come by then, and when
  /// somebody called `wake`.
  func next(by deadline: Date?) -> Item? {
    condition.withLock {
      while true {
        if isWoken {
          isWoken = false
          return nil
        }
        if !items.isEmpty { return take() }
        guard deadline.map({ $0 > Date() }) ?? true else { return nil }
        if let deadline { _ = condition.wait(until: deadline) } else { condition.wait() }
      }
    }
  }

  /// Whether nothing waits.
  var isEmpty: Bool { condition.withLock { items.isEmpty } }

  /// The next item where it is something recorded, without waiting.
  func nextRecorded() -> (recorded: Recorded, session: RunSession)? {
    condition.withLock {
      guard case .recorded? = items.first, case .recorded(let recorded, let session)? = take()
      else { return nil }
      return (recorded, session)
    }
  }

  /// A snapshot is stored, or is not to be, and its memory given back.
  func removeSnapshot() {
    condition.withLock {
      snapshots -= 1
      condition.broadcast()
    }
  }

  /// Lets nothing in any more but what ends the thread.
  func stop() {
    condition.withLock {
      items.append(.stop)
      isStopped = true
      condition.broadcast()
    }
  }

  /// Wakes who waits for an item, since something else is due earlier than it knows.
  func wake() {
    condition.withLock {
      isWoken = true
      condition.broadcast()
    }
  }

  private func removeReplaceable(of session: RunSession) -> PendingCheckpoint? {
    let removed = items.removeLast { item in
      guard case .save(let pending, let owner) = item else { return false }
      return owner === session && pending.isReplaceable
    }
    guard case .save(let pending, _)? = removed else { return nil }
    return pending
  }

  private func take() -> Item? {
    let item = items.popFirst()
    if case .recorded(let recorded, _)? = item { weight -= recorded.weight }
    condition.broadcast()
    return item
  }

  private static var closed: RegistryError {
    RegistryError(.refused, "The registry was closed while a run still wrote to it.")
  }
}
