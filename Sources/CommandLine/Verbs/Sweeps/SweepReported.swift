import ArgumentParser
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep report`.
struct SweepReported: Verb {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a sweep as one page of charts and tables that needs nothing else.",
    usage: "gan-runs sweep report <sweep> -o <file> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep report ring-lr -o ring-lr.html
        gan-runs sweep report ring-lr -o - | gzip > ring-lr.html.gz

      The best point and the command that trains it again, every value by point and along each \
      parameter, all parameters at once, rungs, what matters (PED-ANOVA), when what was trained, all \
      points, and the sweep's file. It may be written while the sweep is worked on.
      """)

  @Argument(help: SweepVerbs.help, completion: RunCompletion.sweeps) var sweep: String

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "The page's file, written whole or not at all; - for standard output.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output needs a file's name.") }
  }

  func run(_ console: Console) throws {
    let stored = try StoredSweep(sweep, in: registry.reader(console))
    let page = SweepPage(try SweepReport(of: stored))
    try console.withOutput(to: output, registry: registry.path(console)) {
      try $0.write(page.text)
    }
    if output != "-" { console.note("wrote \(output)") }
  }
}

extension SweepReport {
  /// All that there is to tell of a stored sweep.
  fileprivate init(of stored: StoredSweep) throws {
    let (planner, standing) = (stored.planner, stored.standing)
    self.init(
      sweep: planner.sweep, standing: standing, rules: planner.file.rulesInWords,
      axes: planner.file.space.parameters.map(SweepAxis.init),
      importance: try planner.importance()?.shares,
      command: try stored.bestConfiguration(standing)?.trainingCall(sweep: stored.name),
      jobs: Array(planner.course.jobs.values))
  }
}

extension SweepAxis {
  fileprivate init(_ parameter: Sweeps.Parameter) {
    let values: Values =
      switch parameter.domain {
      case .choice(let values): .categories(values.map(\.description))
      case .range(let low, let high, _): .numbers(low: low, high: high, isLogarithmic: false)
      case .log(let low, let high): .numbers(low: low, high: high, isLogarithmic: true)
      case .int(let low, let high, let isLog):
        .numbers(low: Double(low), high: Double(high), isLogarithmic: isLog)
      }
    self.init(key: parameter.key, values: values)
  }
}

extension SweepFile {
  /// What decides the sweep's points, as a person would say it.
  fileprivate var rulesInWords: [(name: String, text: String)] {
    let sampler =
      switch self.sampler {
      case .grid: "grid"
      case .random: "random"
      case .sobol: "sobol"
      case .tpe(let startup): "tpe, after \(startup) points by chance"
      }
    let stopping =
      switch self.stopping {
      case .none: "none"
      case .halving(let eta, let first):
        "halving: the best of every \(eta) go on, from epoch \(first) on"
      case .sync(let eta, let first):
        "sync: the best of every \(eta) go on together, from epoch \(first) on"
      case .median(let warmup, let startup):
        "median of at least \(startup) points, from epoch \(warmup) on"
      }
    var rules = [("sampler", sampler), ("seed", String(seed)), ("stop", stopping)]
    rules.append(("seeds", "\(seeds) a point"))
    if let confirmation {
      rules.append(
        ("confirm", "the best \(confirmation.top) with \(confirmation.seeds) fresh seeds each"))
    }
    return rules
  }
}
