import Adversarial
import RunModel
import RunRegistry

/// Where a resumed run takes up: a run and one of its checkpoints, `nil` where it has none.
struct StartingPoint {
  /// A checkpoint that is not what was stored, and what is wrong with it.
  struct Damaged {
    var checkpoint: Checkpoint
    var damage: String
  }

  let run: Run
  let checkpoint: Checkpoint?
  /// Whether the run itself can go on here: nothing newer of it verifies.
  let isNewest: Bool
  /// What is newer and was passed over, oldest first.
  let damaged: [Damaged]
  /// The state that the checkpoint holds.
  private(set) var snapshot: Snapshot?

  /// The checkpoint that a reference names, else the run's newest.
  ///
  /// - Parameter allowsOlder: whether the newest that verifies will do where the newest does not.
  /// - Throws: `RegistryError`; `Failure` `.invalid` for a damaged newest checkpoint, which names the one
  ///   that would do.
  init(_ reference: String, allowsOlder: Bool = false, in reader: RegistryReader) throws {
    if reference.contains("@") {
      guard !allowsOlder else {
        throw Failure(
          .usage,
          "--allow-older looks for the newest checkpoint that verifies, and \(reference) names one; "
            + "drop one of the two")
      }
      let named = try Self.named(reference, in: reader)
      let newest = try reader.checkpoints(of: named.run.id).last
      self.init(
        run: named.run, checkpoint: named.checkpoint,
        isNewest: newest?.step == named.checkpoint.step
          && newest?.digest == named.checkpoint.digest, snapshot: named.snapshot)
    } else {
      self = try Self.newest(of: reader.run(reference), in: reader)
      guard let first = damaged.last, !allowsOlder || checkpoint == nil else { return }
      let remedy =
        checkpoint.map {
          "'gan-runs resume \(run.id) --allow-older' goes on from the newest that verifies, \($0.place)"
        } ?? "no checkpoint of the run verifies, so restore the file from a backup"
      throw Failure(.invalid, "\(reader.path) is damaged: \(first.damage); \(remedy)")
    }
  }

  init(
    run: Run, checkpoint: Checkpoint?, isNewest: Bool, damaged: [Damaged] = [],
    snapshot: Snapshot? = nil
  ) {
    self.run = run
    self.checkpoint = checkpoint
    self.isNewest = isNewest
    self.damaged = damaged
    self.snapshot = snapshot
  }

  /// - Throws: `Failure` `.invalid` for a damaged checkpoint, with what can be done instead.
  private static func named(_ reference: String, in reader: RegistryReader) throws -> (
    run: Run, checkpoint: Checkpoint, snapshot: Snapshot
  ) {
    do { return try reader.snapshot(reference) } catch let error as RegistryError {
      guard let damage = error.damage else { throw error }
      let run = reference.prefix { $0 != "@" }
      throw Failure(
        .invalid,
        "\(reader.path) is damaged: \(damage); 'gan-runs resume \(run) --allow-older' goes on from the "
          + "newest that verifies, and 'gan-runs checkpoints list \(run)' names the others")
    }
  }

  private static func newest(of run: Run, in reader: RegistryReader) throws -> StartingPoint {
    var damaged: [Damaged] = []
    for checkpoint in try reader.checkpoints(of: run.id).reversed() {
      do {
        let snapshot = try reader.snapshot(of: checkpoint)
        // The row's own columns are no part of the digest.
        if let step = snapshot.integer("step"), step != checkpoint.step {
          damaged.append(
            Damaged(
              checkpoint: checkpoint,
              damage:
                "the checkpoint @step:\(checkpoint.step) of run \(run.id) holds the state of step "
                + "\(step)"))
          continue
        }
        return StartingPoint(
          run: run, checkpoint: checkpoint, isNewest: true, damaged: damaged.reversed(),
          snapshot: snapshot)
      } catch let error as RegistryError {
        guard let damage = error.damage else { throw error }
        damaged.append(Damaged(checkpoint: checkpoint, damage: damage))
      }
    }
    return StartingPoint(
      run: run, checkpoint: nil, isNewest: true, damaged: damaged.reversed())
  }

  /// Epochs that are whole at this point.
  var epochsDone: Int {
    guard let checkpoint else { return 0 }
    return checkpoint.isEpochEnd ? checkpoint.epoch : checkpoint.epoch - 1
  }

  /// What is said, and kept in the run's log, of what was passed over.
  var notices: [String] {
    guard let checkpoint else { return [] }
    return damaged.map { "\($0.damage); going on from \(checkpoint.place)" }
  }

  /// Puts a trainer where the run stands; the state is kept no longer, since training has no use for a second
  /// copy.
  ///
  /// - Parameter environment: what it trains in now.
  /// - Returns: what is to be said, and kept in the run's log.
  /// - Throws: `Failure` where the data are not those that the run has seen.
  mutating func hand(
    to trainer: Trainer, in environment: RunEnvironment, _ reader: RegistryReader
  ) throws -> [String] {
    let unknownData = try refuseOtherData(trainer.dataDigest, of: run.id, in: reader)
    var said = notices + (unknownData.map { [$0] } ?? [])
    guard let checkpoint, let state = snapshot else { return said }
    snapshot = nil
    try trainer.restore(state)
    let stored = try reader.attempts(of: run.id).environment(at: checkpoint.step)
    if let change = stored.flatMap({ EnvironmentChange(from: $0, to: environment) }) {
      said.append(change.sentence(of: run.id))
    }
    return said
  }
}

extension Checkpoint {
  /// Where it stands in its run, for a person: `@step:360, the end of epoch 6`.
  var place: String { "@step:\(step), \(isEpochEnd ? "the end of" : "within") epoch \(epoch)" }
}
