import ArgumentParser
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep resume`.
struct SweepResume: Verb {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a sweep, or let it go further.",
    usage: "gan-runs sweep resume <sweep> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep resume ring-lr -j 2
        gan-runs sweep resume ring-lr --points +20

      Trials that wait at a rung cost nothing until they are wanted: with more points or more epochs \
      those that prove good enough go on from where they stopped, bit for bit.
      """)

  @Argument(help: SweepVerbs.help, completion: RunCompletion.sweeps) var sweep: String

  @Option(help: ArgumentHelp("Points in all, or with a + in front so many more.", valueName: "n"))
  var points: String?

  @Option(help: ArgumentHelp("Epochs of a full training.", valueName: "n"))
  var epochs: Int?

  @OptionGroup var workers: WorkerOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let stored = try StoredSweep(sweep, in: registry.reader(console))
    try requireEngine()
    let extent = try extent(of: stored)
    try registry.withWriter(console) { writer in
      if let extent { try writer.extendSweep(sweep, to: extent) }
      let now = stored.planner.sweep
      if now.isStopped || now.failuresInRow > 0 { try writer.setStopped(sweep, false) }
    }
    try SweepRunning(
      path: registry.path(console), options: workers, format: output.format, console: console
    ).run(sweep)
  }

  /// How far the sweep is to go; `nil`: as far as before.
  private func extent(of stored: StoredSweep) throws -> Sweep.Extent? {
    guard points != nil || epochs != nil, let last = stored.planner.sweep.extents.last else {
      return nil
    }
    var extent = last
    if let points {
      guard let number = Int(points), (0...100_000).contains(number) else {
        throw Failure(
          .usage,
          "--points is \(points); give a number up to 100000, such as 40, or +20 for 20 more")
      }
      extent.points = points.hasPrefix("+") ? last.points + number : number
    }
    if let epochs { extent.epochs = epochs }
    guard extent.points >= last.points, extent.epochs >= last.epochs else {
      throw Failure(
        .failed,
        "sweep \(sweep) has \(last.points) points of \(last.epochs) epochs, and can only grow; a smaller one "
          + "needs a file of its own")
    }
    guard extent.points <= 100_000, extent.epochs <= 1_000_000_000 else {
      throw Failure(.usage, "a sweep has at most 100000 points and 1000000000 epochs")
    }
    try refuseBeyond(extent, last, stored.planner.file)
    try refuseWhileWorked(stored)
    let rungs = stored.planner.course.ladder
    let next = stored.planner.file.rules.ladder(
      stored.planner.sweep.extents.map(\.epochs) + [extent.epochs])
    guard rungs.allSatisfy(next.contains) else {
      throw Failure(
        .failed,
        "with \(extent.epochs) epochs the rungs would be \(list(next)), and there are results at \(list(rungs)); "
          + "multiply the epochs by eta")
    }
    extent.firstEntry = max(stored.planner.course.entries.count, last.firstEntry)
    return extent
  }

  private func refuseBeyond(
    _ extent: Sweep.Extent, _ last: Sweep.Extent, _ file: SweepFile
  ) throws {
    if case .median = file.stopping, extent.epochs > last.epochs {
      throw Failure(
        .failed,
        "what sweep \(sweep) has stopped by the median was stopped for \(last.epochs) epochs; begin a sweep of "
          + "another name with more")
    }
    if let size = try file.gridSize, extent.points > size {
      throw Failure(
        .failed, "the grid of sweep \(sweep) has \(counted(size, "point")), and no more")
    }
  }

  private func refuseWhileWorked(_ stored: StoredSweep) throws {
    let workers = Set(stored.standing.trials.flatMap(\.workers)).sorted()
    guard workers.isEmpty else {
      throw Failure(
        .failed,
        "sweep \(sweep) is being worked on (\(workers.joined(separator: ", "))); 'gan-runs sweep stop "
          + "\(sweep)' first")
    }
  }

  private func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }
}
