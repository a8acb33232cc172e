package import RunModel

/// What the two networks minimise.
package enum Loss: String, Sendable, Hashable {
  /// The value function of Goodfellow et al. 2014: both networks play for the same number.
  case minimax
  /// The same discriminator; the generator maximises log D(G(z)) (section 3 of the article).
  case nonsaturating
  /// Squared distances of logits from their labels (Mao et al. 2017).
  case leastSquares = "least-squares"
  /// The difference of mean logits under clipped weights (Arjovsky et al. 2017).
  case wasserstein
  /// The same under a penalty on the gradient (Gulrajani et al. 2017).
  case wassersteinGP = "wasserstein-gp"
  /// Logits pushed beyond ±1 (Lim and Ye 2017; Miyato et al. 2018).
  case hinge
  /// `nonsaturating` under a penalty on the gradient around real examples (Kodali et al. 2017).
  case dragan
}

/// A penalty on the discriminator's gradient by its input: weight · mean (‖gradient‖ − target)².
package struct GradientPenaltySettings: Sendable, Hashable {
  /// Where the gradient is taken.
  package enum Point: Sendable, Hashable {
    /// At a random place between a real example and a fake.
    case interpolate
    /// Beside a real example.
    ///
    /// - noise: the largest shift of a value, in standard deviations of the batch.
    /// - alpha: whether each example's shift is scaled by one more random number of its own.
    case aroundReal(noise: Double, alpha: Bool)
  }

  package let weight: Double
  /// The gradient norm asked for.
  package let target: Double
  package let point: Point
  /// Whether the gradient is of the probability σ(logit), not of the logit.
  package let ofProbability: Bool

  /// `nil` for a loss that has none.
  init?(_ values: Values, of loss: Loss) throws(ConfigurationError) {
    let key = "gradient_penalty."
    switch loss {
    case .wassersteinGP:
      point = .interpolate
      ofProbability = false
    case .dragan:
      point = .aroundReal(
        noise: try values.number(key + "noise"), alpha: try values.boolean(key + "alpha"))
      ofProbability = try values.text(key + "output") == "probability"
    case .minimax, .nonsaturating, .leastSquares, .wasserstein, .hinge: return nil
    }
    weight = try values.number(key + "lambda")
    target = try values.number(key + "target")
  }
}

/// How the updates of the two networks alternate.
package struct Schedule: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable { case steps, epochs, simultaneous }

  package let kind: Kind
  /// Discriminator updates a step, or epochs in a row; 1 where `simultaneous`.
  package let discriminator: Int
  /// Generator updates a step, or epochs in a row; 1 where `simultaneous`.
  package let generator: Int
  /// Whether a generator update draws its own fakes where it could reuse the discriminator's.
  package let freshLatents: Bool
  /// Whether each of a step's discriminator updates draws a batch; else they share the first.
  package let freshBatch: Bool

  init(_ values: Values) throws(ConfigurationError) {
    kind = try values.word("schedule.kind")
    let alternates = kind != .simultaneous
    discriminator = alternates ? try values.integer("schedule.discriminator") : 1
    generator = alternates ? try values.integer("schedule.generator") : 1
    freshLatents = try values.boolean("schedule.fresh_latents")
    freshBatch = try values.boolean("schedule.fresh_batch")
  }
}

/// What the generator starts from.
package struct LatentSettings: Sendable, Hashable {
  package enum Distribution: String, Sendable, Hashable {
    /// Independent standard normal numbers.
    case normal
    /// Independent numbers, uniform from −1 to 1.
    case uniform
    /// A uniform point of the unit sphere.
    case sphere
  }

  /// Numbers in a latent.
  package let size: Int
  package let distribution: Distribution
  /// A factor on every number.
  package let scale: Double

  init(_ values: Values) throws(ConfigurationError) {
    size = try values.integer("latent.size")
    distribution = try values.word("latent.distribution")
    scale = try values.number("latent.scale")
  }
}

/// How real and fake are normalised in the discriminator.
package enum BatchNormSharing: String, Sendable, Hashable { case separate, joined }

/// When checkpoints are written, and which stay.
package struct CheckpointSettings: Sendable, Hashable {
  /// Epochs between them; 0: only the last.
  package let every: Int
  /// Minutes between them within an epoch; 0: none.
  package let minutes: Double
  /// How many of the newest stay; 0: all.
  package let keepLast: Int
  /// Those of every so many epochs stay as well; 0: none.
  package let keepEvery: Int
  /// What becomes of one that is due while two earlier ones are not stored yet.
  package let whenBusy: BusyPolicy
  /// What makes a checkpoint the best, and how many of the best stay; `nil`: none.
  package let best: Retention.Best?

  init(_ values: Values) throws(ConfigurationError) {
    every = try values.integer("checkpoint.every")
    minutes = try values.number("checkpoint.minutes")
    keepLast = try values.integer("checkpoint.keep_last")
    keepEvery = try values.integer("checkpoint.keep_every")
    whenBusy = try values.word("checkpoint.when_busy")
    best =
      values.has("checkpoint.best.metric")
      ? Retention.Best(
        metric: try values.text("checkpoint.best.metric"),
        direction: try values.word("checkpoint.best.direction"),
        keep: try values.integer("checkpoint.best.keep")) : nil
  }
}

/// When sample grids are drawn.
package struct SampleSettings: Sendable, Hashable {
  /// Epochs between them; 0: none.
  package let every: Int
  /// Samples in a grid.
  package let count: Int
}
