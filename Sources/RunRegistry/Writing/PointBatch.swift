import Foundation

/// What was recorded lately and is stored in one go, each run's part in a transaction of its own.
struct PointBatch {
  /// Rows that wait before a batch is stored early: as many as the queue holds beside it, so that whoever
  /// hands them over goes on meanwhile; the lock is held some 20 ms for them.
  static let limit = WriterQueue.weightLimit
  /// How long a point waits for company.
  static let delay: TimeInterval = 0.2
  /// How long what a full disk or a busy registry turned away waits.
  static let delayAfterFailure: TimeInterval = 1

  /// When it is to be stored; `nil` while it is empty.
  private(set) var due: Date?
  /// Whether so much waits that it is to be stored at once.
  var isFull: Bool { weight >= Self.limit }

  private var parts: [(session: RunSession, recorded: [Recorded])] = []
  private var weight = 0

  mutating func add(_ recorded: Recorded, of session: RunSession) {
    if let place = parts.firstIndex(where: { $0.session === session }) {
      parts[place].recorded.append(recorded)
    } else {
      parts.append((session, [recorded]))
    }
    weight += recorded.weight
    if due == nil { due = Date(timeIntervalSinceNow: Self.delay) }
  }

  /// Stores what waits; a run whose part can't be stored hears of it.
  ///
  /// What a full disk or a busy registry turns away is kept for the next time; all else is given up.
  ///
  /// - Returns: the last failure.
  mutating func store(
    _ body: (_ recorded: [Recorded], _ session: RunSession) throws -> Void
  ) -> (any Error)? {
    var last: (any Error)?
    let waiting = parts
    let mayKeep = weight < 5 * WriterQueue.weightLimit
    (parts, weight, due) = ([], 0, nil)
    for (session, recorded) in waiting {
      do { try body(recorded, session) } catch {
        last = error
        let kind = (error as? RegistryError)?.kind
        guard mayKeep && (kind == .busy || kind == .full) else {
          session.note(loss: error)
          continue
        }
        session.note(failure: error)
        parts.append((session, recorded))
        weight += recorded.reduce(0) { $0 + $1.weight }
        due = Date(timeIntervalSinceNow: Self.delayAfterFailure)
      }
    }
    return last
  }
}
