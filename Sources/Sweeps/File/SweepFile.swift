package import Configuration
package import RunModel

/// A sweep as its file describes it: what is searched, how, and by which number.
///
/// Everything that a sweep does follows from this text; docs/sweeps.md describes it.
package struct SweepFile: Sendable {
  /// How points are chosen.
  package enum Sampler: Sendable, Hashable {
    case grid, random, sobol
    /// At random while fewer than `startup` points have a result.
    case tpe(startup: Int)
  }

  /// What is done about runs that fail.
  package struct Failures: Sendable, Hashable {
    /// How often a job is tried again.
    package var retries: Int
    /// Failed jobs in a row that end the sweep.
    package var abortAfter: Int

    /// What is done from its parts.
    package init(retries: Int = 2, abortAfter: Int = 5) {
      self.retries = retries
      self.abortAfter = abortAfter
    }
  }

  /// What a sweep may cost.
  package struct Budget: Sendable, Hashable {
    /// Epochs in all; `nil`: any number.
    package var epochs: Int?
    /// Time after which nothing more is started; `nil`: any.
    package var wall: Duration?

    /// A budget from its parts.
    package init(epochs: Int? = nil, wall: Duration? = nil) {
      self.epochs = epochs
      self.wall = wall
    }
  }

  /// Unique in its registry.
  package let name: String
  /// The whole text.
  package let text: String
  /// SHA-256 of the text.
  package let digest: SHA256Digest
  /// Epochs of a full training.
  package let epochs: Int
  /// Where all of the search's randomness starts.
  package let seed: UInt64
  package let objective: Objective
  package let space: Space
  package let sampler: Sampler
  /// Points in all; `nil` of a grid: all that it has.
  package let points: Int?
  /// Points in flight at most.
  package let window: Int
  /// Runs a point, with seeds 1…`seeds`.
  package let seeds: Int
  package let confirmation: Rules.Confirmation?
  package let stopping: Stopping
  package let failures: Failures
  package let budget: Budget

  let source: String
  let base: BaseConfiguration
  let ties: [Tie]
  /// Where the objective and the sampler stand.
  private let objectivePlace: Place?
  private let samplerPlace: Place?
  /// Where each parameter stands, by key.
  let places: [String: Place]
  /// Lists and maps among the values, by the text that stands for them.
  let structures: [String: Tree]
  /// Quality metrics that training must measure, by their place in the objective; filled in by the checks.
  var measured: [QualityMetric] = []

  /// A sweep from its file's text.
  ///
  /// - Parameter source: the file's name, for messages.
  /// - Throws: `ConfigurationError` with the line of what is wrong.
  package init(text: String, source: String) throws(ConfigurationError) {
    guard let tree = try Tree(yaml: text, source: source) else {
      throw ConfigurationError(
        "the file is empty; a sweep needs sweep, epochs, minimize or maximize, params, sampler",
        at: Place(source: source, line: nil))
    }
    let file = try FileMap(tree, key: "", names: Self.keys)
    self.text = text
    self.source = source
    digest = SHA256.digest(text.utf8)
    name = try Self.name(file)
    guard let epochs = try file.integer("epochs", in: 1...1_000_000_000) else {
      throw file.missing("epochs", "write how long a full training is")
    }
    self.epochs = epochs
    seed = UInt64(try file.integer("seed", in: 0...Int.max) ?? 1)
    objective = try Self.objective(file)
    objectivePlace = (file["minimize"] ?? file["maximize"])?.place
    guard let params = file["params"] else {
      throw file.missing("params", "list what is searched")
    }
    let reading = try ParameterReading(params)
    space = Space(reading.parameters)
    places = reading.places
    structures = reading.structures
    ties = try Self.ties(file["tie"], space)
    base = try Self.base(file, experiment: name)
    sampler = try Self.sampler(file)
    samplerPlace = file["sampler"]?.place
    points = try file.integer("points", in: 1...100_000)
    window = try file.integer("window", in: 1...100_000) ?? 4
    seeds = try file.integer("seeds", in: 1...1000) ?? 1
    confirmation = try Self.confirmation(file)
    stopping = try Self.stopping(file, epochs: epochs)
    failures = try Self.failures(file)
    budget = try Self.budget(file)
    try checkPoints(file)
    try checkBudget(file)
    try checkStopping(file)
    try checkConfigurations(file)
  }

  /// A refusal of the objective.
  package func objectiveError(_ message: String) -> ConfigurationError {
    ConfigurationError(message, at: objectivePlace)
  }

  /// A refusal of the sampler.
  func samplerError(_ message: String) -> ConfigurationError {
    ConfigurationError(message, at: samplerPlace)
  }

  /// What decides the order of its entries.
  package var rules: Rules {
    var learnsFromResults = false
    if case .tpe = sampler { learnsFromResults = true }
    return Rules(
      window: window, seeds: seeds, stopping: stopping, learnsFromResults: learnsFromResults,
      minimizes: objective.direction == .min, confirmation: confirmation, epochs: budget.epochs)
  }

  /// The epochs at whose end the objective's quality metrics must be measured, whatever
  /// `evaluate.every` says; none where it reads no quality metric.
  ///
  /// - Parameter rungs: the epochs of each rung.
  package func evaluationEpochs(rungs: [Int]) -> Set<Int> {
    guard !measured.isEmpty else { return [] }
    let last = rungs.max() ?? epochs
    var epochs = Set(rungs)
    for term in objective.terms {
      switch term.aspect {
      case .at(let epoch): if epoch <= last { epochs.insert(epoch) }
      case .mean(let count):
        // A mean over more is one of what `evaluate.every` measures.
        for rung in rungs { epochs.formUnion(max(1, rung - min(count, 1000) + 1)...max(1, rung)) }
      case .last, .min, .max: break
      }
    }
    return epochs
  }
}
