import GRDB
import RunModel

/// How a run of another registry and the run of the same id here compare.
struct RunDifference {
  let change: ImportOutcome.Change
  /// Parts that hold other rows there than here; `nil` where they are not known apart.
  private let parts: Set<String>?
  /// What of those is here already, row by row.
  private let present: Set<Seal>
  /// The checkpoints that are here, by attempt, step and digest.
  private let checkpoints: Set<CheckpointName>

  private struct CheckpointName: Hashable {
    var attempt: Int
    var step: Int
    var digest: SHA256Digest

    init(_ row: CheckpointRow) { (attempt, step, digest) = (row.attempt, row.step, row.digest) }
  }

  /// Tables of which rows are many and never change.
  private static let growing: [SealedTable] = [.line, .step, .point, .picture]

  /// - Parameters:
  ///   - there: the run's row in `source`, the other registry.
  ///   - here: its row in `mine`.
  init(
    of there: RunRow, _ here: RunRow, _ seals: SourceSeals, _ source: Database, _ mine: Database
  ) throws {
    let own = try RegistryReader.parts(of: here.key, mine)
    if seals.areApart, own[SealedRow.earlierPart] == nil {
      parts = Set(seals.parts.keys).union(own.keys).filter { seals.parts[$0] != own[$0] }
    } else {
      parts = nil
    }
    var present: Set<Seal> = []
    var lacksHere = false
    var lacksThere = false
    for table in Self.growing {
      var rest: Set<Seal> = []
      try table.forEachRow(of: here.key, mine) { [parts] row in
        if parts?.contains(row.part) ?? true { rest.insert(row.seal) }
      }
      present.formUnion(rest)
      try table.forEachRow(of: there.key, source) { [parts] row in
        guard parts?.contains(row.part) ?? true else { return }
        if rest.remove(row.seal) == nil { lacksHere = true }
      }
      if !rest.isEmpty { lacksThere = true }
    }
    self.present = present
    let ownCheckpoints = try CheckpointRow.all(mine, run: here.key).map(CheckpointName.init)
    checkpoints = Set(ownCheckpoints)
    let others = try CheckpointRow.all(source, run: there.key).map(CheckpointName.init)
    let attempts = (
      there: try AttemptRow.fetchAll(source, run: there.key),
      here: try AttemptRow.fetchAll(mine, run: here.key)
    )
    // The same run carried on in two places: the second attempts are two.
    let isForked = zip(attempts.there, attempts.here).contains { $0.startedAt != $1.startedAt }
    if isForked {
      (lacksHere, lacksThere) = (true, true)
    } else {
      if attempts.there.count > attempts.here.count { lacksHere = true }
      if attempts.there.count < attempts.here.count { lacksThere = true }
    }
    if !lacksHere, !lacksThere {
      // Retention drops checkpoints: that one place lacks some says nothing about which is the newer.
      let hasEnded = here.status == .running && there.status != .running
      let hasMore = !checkpoints.isSuperset(of: others) && there.status == here.status
      change = hasEnded || hasMore ? .grown : .same
    } else {
      change = lacksHere && lacksThere ? .parted : lacksHere ? .grown : .newer
    }
  }

  /// Whether a row is not here yet.
  func lacks(_ row: SealedRow, _ seal: Seal) -> Bool {
    (parts?.contains(row.part) ?? true) && !present.contains(seal)
  }

  /// Whether a part may hold rows that are not here.
  func differs(in part: String) -> Bool { parts?.contains(part) ?? true }

  /// Whether a checkpoint is not here yet.
  func lacks(_ checkpoint: CheckpointRow) -> Bool {
    !checkpoints.contains(CheckpointName(checkpoint))
  }
}
