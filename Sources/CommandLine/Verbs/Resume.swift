import Adversarial
package import ArgumentParser
import Configuration
import Datasets
import RunModel
import RunRegistry

/// `gan-runs resume`.
package struct Resume: Verb {
  package static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run, bit for bit, or start a child run from one of its checkpoints.",
    usage: "gan-runs resume <run[@checkpoint]> [<options>]",
    discussion: """
      Examples:
        gan-runs resume latest --epochs 40
        gan-runs resume first@epoch:3 --set loss=minimax --name other-loss

      From its newest checkpoint and with the same settings a run goes on itself,
      to the very bits it would have had without the pause; --epochs is its new
      total. From an earlier checkpoint, or with settings that change results, a
      child run starts there. A damaged newest checkpoint is refused by its name,
      unless --allow-older says that an older one will do.
      """)

  @OptionGroup package var global: GlobalOptions
  @OptionGroup package var registry: RegistryOptions
  @OptionGroup package var output: OutputOptions

  @Argument(
    help: ArgumentHelp(
      "A run: its id or the beginning of it, its name, latest, latest~1; with @last, @epoch:N, "
        + "@step:N one of its checkpoints.", valueName: "run[@checkpoint]"),
    completion: RunCompletion.checkpoints)
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

  @Flag(
    help: "Where the newest checkpoint is damaged, go on from the newest one that is not.")
  package var allowOlder = false

  @OptionGroup package var threads: ThreadOptions

  package init() {}

  package func run(_ console: Console) throws {
    let path = registry.path(console)
    let reader = try registry.reader(console)
    var start = try StartingPoint(reference, allowsOlder: allowOlder, in: reader)
    let plan = try ResumePlan(from: start, sets: set, epochs: epochs, name: name)
    if let name { try RunName.check(name) }
    if let trial = start.run.trial, start.run.status == .paused,
      plan.course == .goOn || plan.course == .startAgain
    {
      throw Failure(
        .failed,
        "run \(start.run.id) waits at a rung of sweep \(trial.sweep); 'gan-runs sweep resume "
          + "\(trial.sweep)' carries it on")
    }
    if let note = plan.note { console.note(note) }
    if plan.course == .stay {
      return try printTrained(start.run.id, in: path, as: output.format, on: console)
    }

    let settings = plan.settings
    let threads = threads.count(shards: settings.shards)
    let code = CodeVersion.asking()
    try requireEngine()
    let trainer = try Trainer(settings, threads: threads, seconds: monotonicSeconds)
    let environment = trainingEnvironment(
      threads: threads, data: trainer.dataFacts, code: code.value(),
      arguments: Swift.CommandLine.arguments, overrides: plan.passing)
    let notices = try start.hand(to: trainer, in: environment, reader)

    // Before there is a run: a key pressed from now on ends it at a checkpoint.
    let stop = StopRequest { console.note($0) }
    let (writer, session) = try RegistryWriter.training(into: path, console) { writer in
      guard plan.course == .fork, let checkpoint = start.checkpoint else {
        return try writer.resumeRun(
          start.run.id, from: start.checkpoint, passingOver: start.damaged.map(\.checkpoint),
          parameters: ["epochs": .integer(Int64(settings.epochs))], environment: environment,
          retention: settings.retention)
      }
      return try writer.beginRun(
        name: name ?? start.run.name, experiment: settings.experiment,
        parameters: settings.parameters, environment: environment,
        parent: Run.Parent(id: start.run.id, checkpointDigest: checkpoint.digest),
        retention: settings.retention)
    }
    if plan.course == .fork, start.epochsDone >= settings.epochs {
      console.note(
        "child run \(session.runID) starts at epoch \(start.epochsDone) of \(settings.epochs), so "
          + "nothing is left to train; 'gan-runs resume \(session.runID) --epochs "
          + "\(start.epochsDone * 2)' trains it on")
    }
    let training = Training(
      trainer: trainer, writer: writer, session: session, stop: stop, console: console,
      notices: notices)
    let status = try training.run()
    try printTrained(session.runID, in: path, as: output.format, on: console)
    if status != .done { throw Failure(status, nil) }
  }
}
