package import RunModel

/// Every setting of a run, checked, with the defaults written out.
///
/// What is known only with the data at hand stays open: `stepsPerEpoch` of finite data, and whether
/// the layers' shapes meet.
package struct RunConfiguration: Sendable, Equatable {
  /// What the real examples are.
  package let data: DataSettings
  /// The name of the group the run belongs to.
  package let experiment: String
  /// Examples in a discriminator update's batch.
  package let batchSize: Int
  /// Epochs in all.
  package let epochs: Int
  /// Steps in an epoch; `nil`: the data's size / batch size, rounded down.
  package let stepsPerEpoch: Int?
  /// Where all randomness starts.
  package let seed: UInt64
  /// What the two networks minimise.
  package let loss: Loss
  /// The loss's penalty on the discriminator's gradient; `nil` for a loss without one.
  package let gradientPenalty: GradientPenaltySettings?
  /// γ of the penalty γ/2 · mean ‖gradient‖² on real examples; `nil`: none.
  package let r1Gamma: Double?
  /// Real labels are 1 − this; 0 for a loss without labels.
  package let labelSmoothing: Double
  /// How the updates of the two networks alternate.
  package let schedule: Schedule
  /// What the generator starts from.
  package let latent: LatentSettings
  /// Adjacent examples joined in one discriminator input; divides both batch sizes.
  package let packing: Int
  /// Adjacent discriminator inputs that are judged together, and never parted by a shard's end; 1 without
  /// `minibatch_stddev`.
  package let groupSize: Int
  package let generator: NetworkSettings
  package let discriminator: NetworkSettings
  /// How real and fake are normalised in the discriminator.
  package let batchNorm: BatchNormSharing
  package let checkpoint: CheckpointSettings
  package let samples: SampleSettings
  package let evaluation: EvaluationSettings
  /// Steps between points of the step losses; 0: none.
  package let logEvery: Int
  /// Parts that a batch is cut into for threads.
  package let shards: Int
  /// The preset it started from.
  package let preset: String?
  /// Every setting by its dotted key, defaults written out, keys of other kinds left out.
  package let parameters: [String: ParameterValue]
  private let places: [String: Place]

  /// The configuration that a run stored as its parameters.
  ///
  /// - Throws: ``ConfigurationError`` where they are not a whole configuration of this version.
  package init(parameters: [String: ParameterValue]) throws {
    try self.init(Tree(parameters: parameters, source: Self.storedSource))
  }

  static let storedSource = "stored settings"

  /// - Parameter isChange: whether the tree is a run's stored settings with some of them set anew.
  init(_ tree: Tree, isChange: Bool = false) throws(ConfigurationError) {
    var reading = try Reading(tree)
    if isChange { reading.dropIdleDefaults() }
    try reading.complete()
    try reading.deriveShards()
    try reading.deriveEvaluation()
    try reading.checkTogether()
    try reading.checkEvaluation()
    try reading.checkRamps()
    try reading.checkGradientPenalties()
    let values = Values(reading)
    data = try DataSettings(values)
    experiment = try values.text("experiment")
    batchSize = try values.integer("batch_size")
    epochs = try values.integer("epochs")
    stepsPerEpoch = values.has("steps_per_epoch") ? try values.integer("steps_per_epoch") : nil
    seed = UInt64(try values.integer("seed"))
    loss = try values.word("loss")
    gradientPenalty = try GradientPenaltySettings(values, of: loss)
    r1Gamma = values.has("r1.gamma") ? try values.number("r1.gamma") : nil
    labelSmoothing = values.has("label_smoothing") ? try values.number("label_smoothing") : 0
    schedule = try Schedule(values)
    latent = try LatentSettings(values)
    packing = try values.integer("packing")
    groupSize = reading.groupSize
    generator = try NetworkSettings(values, "generator")
    discriminator = try NetworkSettings(values, "discriminator")
    batchNorm = try values.word("discriminator.batch_norm")
    checkpoint = try CheckpointSettings(values)
    samples = try SampleSettings(
      every: values.integer("samples.every"), count: values.integer("samples.count"))
    evaluation = try EvaluationSettings(values)
    logEvery = try values.integer("log_every")
    shards = try values.integer("shards")
    preset = values.has("preset") ? try values.text("preset") : nil
    parameters = reading.values
    places = reading.places
  }

  package static func == (first: RunConfiguration, second: RunConfiguration) -> Bool {
    first.parameters == second.parameters
  }

  /// Where a key, or the nearest map or list around it, was written: `fashion.yaml:12`.
  ///
  /// `nil` for a default that nothing around it was written for.
  package func place(of key: String) -> Place? {
    var key = key
    while !key.isEmpty {
      if let place = places[key] { return place }
      key = key.lastIndex(of: ".").map { String(key[..<$0]) } ?? ""
    }
    return nil
  }

  /// A refusal that points at where a key was written, for what only its user can check: shapes that
  /// do not meet, a batch larger than the data.
  package func error(at key: String, _ message: String) -> ConfigurationError {
    ConfigurationError(message, at: place(of: key))
  }

  /// Whether two runs that differ in a key may differ in their results; so it is of an unknown one.
  package static func changesResults(_ key: String) -> Bool { Catalogue.changesResults(key) }

  /// The keys whose values differ from another configuration's and that may change results, sorted.
  package func differsInResultSettings(from other: RunConfiguration) -> [String] {
    Set(parameters.keys).union(other.parameters.keys).sorted().filter {
      parameters[$0] != other.parameters[$0] && Catalogue.changesResults($0)
    }
  }
}
