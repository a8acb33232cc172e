import Adversarial
import ArgumentParser
import Configuration
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep run`.
struct SweepRun: Verb {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Store a sweep and train its runs.",
    usage: "gan-runs sweep run <file> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep run ring-lr --dry-run
        gan-runs sweep run my-sweep.yaml -j 4

      What comes out is a function of the file: which points, which go on, which is best, whatever the \
      number of workers, and after a crash too. A file that is stored already is carried on. \
      'ring-lr', 'lucic-narrow' and 'lucic-wide' are built in.
      """)

  @Argument(help: SweepSource.help, completion: .file(extensions: ["yaml", "yml", "json"]))
  var file: String

  @Flag(help: "Print the first points and what the sweep costs, and store nothing.")
  var dryRun = false

  @OptionGroup var workers: WorkerOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let source = try SweepSource(file)
    let sweep = try source.begin(at: console.now())
    if dryRun { return try printPlan(of: sweep, source.file, console) }
    let path = registry.path(console)
    try requireEngine()
    try storeSweep(source, in: path, console, goesOn: true)
    try SweepRunning(path: path, options: workers, format: output.format, console: console)
      .run(sweep.name)
  }

  private func printPlan(of sweep: Sweep, _ file: SweepFile, _ console: Console) throws {
    let foresight = try Foresight(of: sweep, file)
    try checkFirstPoint(of: sweep, file)
    if output.format == nil, !console.output.isTerminal { console.note(foresight.cost) }
    try console.printRecord(
      output.format, json: foresight.json, csv: foresight.csv,
      page: foresight.text(for: console.medium))
  }
}

/// Stores a sweep where it is new.
///
/// - Parameter goesOn: whether it goes on where somebody stopped it.
func storeSweep(
  _ source: SweepSource, in path: String, _ console: Console, goesOn: Bool = false
) throws {
  let sweep = try source.begin(at: console.now())
  try checkFirstPoint(of: sweep, source.file)
  let writer = try RegistryWriter(path: path, patience: trainingPatience)
  let stored = Result {
    let stored = try writer.createSweep(
      name: sweep.name, file: sweep.file, digest: sweep.digest, points: sweep.extents[0].points,
      epochs: sweep.extents[0].epochs)
    if goesOn, stored.isStopped || stored.failuresInRow > 0 {
      try writer.setStopped(sweep.name, false)
    }
  }
  let closed = Result { try writer.close() }
  try stored.get()
  try closed.get()
}

/// Makes the first point's networks and reads its data: what a sweep can't do is said before it is stored.
///
/// - Throws: `ConfigurationError`, `DatasetError`; `Failure` where a metric of the objective is never recorded.
private func checkFirstPoint(of sweep: Sweep, _ file: SweepFile) throws {
  try requireEngine()
  var planner = try SweepPlanner(sweep, file)
  guard case .begin(let key, _, let trial) = try planner.next() else { return }
  let settings = try file.configuration(
    of: file.assignment(of: trial), seed: key.seed, epochs: planner.course.ladder[0])
  let trainer = try Trainer(
    settings, threads: 1,
    evaluatedEpochs: Set(file.evaluationEpochs(rungs: planner.course.ladder)),
    seconds: monotonicSeconds)
  let names = trainer.metricNames
  for metric in file.objective.metrics where !names.contains(metric) {
    throw file.objectiveError(
      "\(metric) is never recorded by these settings; name one of \(names.joined(separator: ", ")), or add "
        + "what measures it to evaluate.metrics")
  }
}
