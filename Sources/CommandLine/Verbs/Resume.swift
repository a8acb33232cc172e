import Adversarial
package import ArgumentParser
import Configuration
import Datasets
import RunModel
import RunRegistry

/// `gan-runs resume`.
package struct Resume: Verb {
  package static let configuration = CommandConfiguration(
    abstract: "Go on with a run, bit for bit, or start a child run from one of its checkpoints.",
    usage: "gan-runs resume <run[@checkpoint]> [<options>]",
    discussion: """
      Examples:
        gan-runs resume latest --epochs 40
        gan-runs resume first@epoch:3 --set loss=minimax --name other-loss

      From its newest checkpoint and with the same settings a run goes on itself,
      to the very bits it would have had without the pause; --epochs is its new
      total. From an earlier checkpoint, or with settings that change results, a
      child run starts there.
      """)

  @OptionGroup package var global: GlobalOptions
  @OptionGroup package var registry: RegistryOptions
  @OptionGroup package var output: OutputOptions

  @Argument(
    help: ArgumentHelp(
      "A run: its id or the beginning of it, its name, latest, latest~1; with @last, @epoch:N, "
        + "@step:N one of its checkpoints.", valueName: "run[@checkpoint]"))
  package var reference: String

  @Option(help: ArgumentHelp("Epochs in all.", valueName: "n"))
  package var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "Change one setting, by its dotted key. Can be given again.", valueName: "key=value"))
  package var set: [String] = []

  @Option(
    help: ArgumentHelp("The child run's name. (default: its parent's)", valueName: "name"))
  package var name: String?

  @OptionGroup package var threads: ThreadOptions

  package init() {}

  package func run(_ console: Console) throws {
    let path = registry.path(console)
    let reader = try registry.reader(console)
    let start = try StartingPoint(reference, in: reader)
    let stored = try RunConfiguration(parameters: start.run.parameters)
    let wanted = try stored.changed(
      by: set, flags: epochs.map { [(key: "epochs", value: String($0))] } ?? [])
    let forks =
      !start.isNewest || !wanted.differsInResultSettings(from: stored).isEmpty
    if forks, start.checkpoint == nil {
      throw Failure(
        .missing,
        "run \(start.run.id) has no checkpoint to start a child run from; "
          + "train with these settings from the beginning instead")
    }
    if !forks, name != nil {
      throw Failure(
        .usage,
        "--name is for a child run, and this call goes on with run \(start.run.id) itself; "
          + "drop it, or change a setting or name an earlier checkpoint")
    }
    // A run killed between its last checkpoint and its end still has to be called finished.
    let isEnded = start.run.status == .finished || wanted.epochs != stored.epochs
    if !forks, isEnded, start.epochsDone >= wanted.epochs {
      console.note(
        "run \(start.run.id) has \(start.epochsDone) epochs already; "
          + "'gan-runs resume \(start.run.id) --epochs \(start.epochsDone * 2)' trains on, "
          + "'gan-runs resume \(start.run.id)@epoch:N --name NAME' starts a child run at an earlier "
          + "checkpoint")
      return try printTrained(start.run.id, in: path, as: output.format, on: console)
    }

    let threads = threads.count(shards: wanted.shards)
    let code = CodeVersion.asking()
    let trainer = try Trainer(wanted, threads: threads, seconds: monotonicSeconds)
    let environment = trainingEnvironment(
      threads: threads, data: trainer.dataFacts, code: code.value(),
      arguments: Swift.CommandLine.arguments,
      overrides: forks ? [:] : wanted.passingChanges(from: stored))
    try refuseOtherData(trainer.dataDigest, of: start.run.id, in: reader)
    if let checkpoint = start.checkpoint {
      try trainer.restore(reader.snapshot(of: checkpoint))
    } else {
      console.note("run \(start.run.id) has no checkpoint yet and starts again")
    }

    // Before there is a run: a key pressed from now on ends it at a checkpoint.
    let stop = StopRequest { console.note($0) }
    let writer = try RegistryWriter(path: path, patience: trainingPatience)
    let session: RunSession
    if forks, let checkpoint = start.checkpoint {
      session = try writer.beginRun(
        name: name ?? start.run.name, experiment: wanted.experiment,
        parameters: wanted.parameters, environment: environment,
        parent: Run.Parent(id: start.run.id, checkpointDigest: checkpoint.digest),
        retention: wanted.retention)
      if start.epochsDone >= wanted.epochs {
        console.note(
          "child run \(session.runID) starts at epoch \(start.epochsDone) of \(wanted.epochs), so nothing "
            + "is left to train; 'gan-runs resume \(session.runID) --epochs \(start.epochsDone * 2)' "
            + "trains it on")
      }
    } else {
      session = try writer.resumeRun(
        start.run.id, from: start.checkpoint,
        parameters: ["epochs": .integer(Int64(wanted.epochs))], environment: environment,
        retention: wanted.retention)
    }
    let training = Training(
      trainer: trainer, writer: writer, session: session, stop: stop, console: console)
    let status = try training.run()
    try printTrained(session.runID, in: path, as: output.format, on: console)
    if status != .done { throw Failure(status, nil) }
  }
}

/// Where a resumed run takes up: a run and one of its checkpoints, `nil` where it has none.
private struct StartingPoint {
  let run: Run
  let checkpoint: Checkpoint?
  /// Whether it is the newest of the run.
  let isNewest: Bool

  init(_ reference: String, in reader: RegistryReader) throws {
    if reference.contains("@") {
      let named = try reader.checkpoint(reference)
      run = named.run
      checkpoint = named.checkpoint
      let newest = try reader.checkpoints(of: named.run.id).last
      isNewest = newest?.step == named.checkpoint.step && newest?.digest == named.checkpoint.digest
    } else {
      run = try reader.run(reference)
      checkpoint = try reader.checkpoints(of: run.id).last
      isNewest = true
    }
  }

  var epochsDone: Int {
    guard let checkpoint else { return 0 }
    return checkpoint.isEpochEnd ? checkpoint.epoch : checkpoint.epoch - 1
  }
}

extension RunConfiguration {
  /// Settings that never change results and differ from the stored ones: they hold for one attempt,
  /// and are kept with its environment, since a run's settings are never rewritten.
  fileprivate func passingChanges(from stored: RunConfiguration) -> [String: String] {
    var changes: [String: String] = [:]
    for (key, value) in parameters where key != "epochs" && stored.parameters[key] != value {
      changes["set.\(key)"] = value.description
    }
    return changes
  }
}
