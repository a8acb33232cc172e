import ArgumentParser
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep work`.
struct SweepWork: Verb {
  static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "Train a sweep's runs in this process, beside whoever else does.",
    usage: "gan-runs sweep work <sweep or file> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep work ring-lr
        gan-runs sweep work my-sweep.yaml --shard 3/64 --db shard-3.db

      Joins a sweep that is worked on, from another terminal or another job of a scheduler. With --shard \
      or --point it trains that part alone, and ends where it would have to wait for others.
      """)

  @Argument(
    help: ArgumentHelp(
      "A stored sweep's name, its file, or the name of a built-in sweep.",
      valueName: "sweep or file"), completion: RunCompletion.sweeps)
  var sweep: String

  @Option(help: ArgumentHelp("The part to train: one of so many, from 0.", valueName: "i/n"))
  var shard: Shard?

  @Option(help: ArgumentHelp("The one point to train.", valueName: "n"))
  var point: Int?

  @Option(
    help: ArgumentHelp("Threads that work on a step; never part of the result.", valueName: "n"))
  var threads = 1

  // Whoever pressed the key was answered by the call that started this process.
  @Flag(help: .hidden) var startedByRun = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  /// A part of a sweep as it is typed: `3/64`.
  struct Shard: ExpressibleByArgument {
    var part: SweepPlanner.Part

    init?(argument: String) {
      let numbers = argument.split(separator: "/", omittingEmptySubsequences: false)
      guard numbers.count == 2, let index = Int(numbers[0]), let count = Int(numbers[1]),
        count >= 1, (0..<count).contains(index)
      else { return nil }
      part = .shard(index: index, count: count)
    }
  }

  func validate() throws {
    if shard != nil, point != nil {
      throw ValidationError("--shard and --point both say what to train; drop one of them.")
    }
    if let point, point < 0 { throw ValidationError("--point needs a number from 0 up.") }
    if threads < 1 { throw ValidationError("--threads needs a number from 1 up.") }
  }

  func run(_ console: Console) throws {
    let path = registry.path(console)
    try requireEngine()
    let name = try stored(in: path, console)
    let stop = StopRequest { if !startedByRun { console.note($0) } }
    let writer = try RegistryWriter(
      path: path, patience: trainingPatience,
      diskPatience: DiskPatience(notice: { console.note($0) }))
    let outcome = Result {
      let reader = try RegistryReader(path: path)
      var stored = try StoredSweep(name, in: reader)
      let points = stored.planner.sweep.extents.last?.points ?? 0
      if let point, point >= points {
        throw Failure(
          .missing,
          "sweep \(name) has \(points) points, counted from 0, so there is no point \(point)")
      }
      let look = StopLook { (try? reader.sweep(name).isStopped) ?? false }
      let worker = SweepWorker(
        writer, threads: ThreadOptions(count: threads), stop: stop,
        wall: stored.planner.file.budget.wall, isStopped: { look.isStopped }, on: console)
      return try worker.work(
        on: &stored, part: shard?.part ?? point.map { .point($0) } ?? .all)
    }
    let closed = Result { try writer.close() }
    let end = try outcome.get()
    try closed.get()
    switch end {
    case .over: break
    case .waiting:
      console.note("what is left of sweep \(name) is for others, or depends on their results")
    case .stopped: console.note("sweep \(name) was stopped")
    case .outOfTime: console.note("the time that the file gives sweep \(name) is over")
    case .aborted:
      throw Failure(
        .failed, "too many jobs of sweep \(name) failed in a row; nothing more is begun")
    case .interrupted: throw Failure(stop.status, nil)
    }
  }

  /// The name of the sweep, which is stored first where a file is given.
  private func stored(in path: String, _ console: Console) throws -> String {
    if let reader = try? RegistryReader(path: path), (try? reader.sweep(sweep)) != nil {
      return sweep
    }
    let source = try SweepSource(sweep)
    try storeSweep(source, in: path, console)
    return source.file.name
  }
}

/// A look at whether somebody asked a sweep to stop, at most once a second: it is asked after each step.
private final class StopLook {
  private let look: () -> Bool
  private var lookedAt = -1.0
  private var found = false

  init(_ look: @escaping () -> Bool) { self.look = look }

  var isStopped: Bool {
    guard !found, monotonicSeconds() - lookedAt >= 1 else { return found }
    lookedAt = monotonicSeconds()
    found = look()
    return found
  }
}
