import RunModel

extension Catalogue {
  private static let many: ClosedRange<Int64> = 1...1_000_000_000

  private static func of(_ losses: String...) -> Setting.Condition {
    Setting.Condition(key: "loss", values: losses)
  }

  static let training: [Setting] = [
    Setting(
      "batch_size", .integer(1...1_000_000), .value(.integer(64)), "examples in a batch"),
    Setting(
      "epochs", .integer(many), .required, "epochs in all", changesResults: false),
    Setting(
      "steps_per_epoch", .integer(many), .absent("size / batch_size, rounded down"),
      "steps in an epoch", when: .init(key: "data.kind", values: finiteData)),
    Setting(
      "steps_per_epoch", .integer(many), .value(.integer(500)), "steps in an epoch",
      when: .init(key: "data.kind", values: ["ring", "grid", "swiss-roll"])),
    Setting("seed", .integer(0...Int64.max), .value(.integer(1)), "where all randomness starts"),
    Setting(
      "loss",
      .choice(
        [
          "minimax", "nonsaturating", "least-squares", "wasserstein", "wasserstein-gp", "hinge",
          "dragan",
        ]),
      .value(.text("nonsaturating")), "what the two networks minimise"),
    Setting(
      "weight_clip", .number(.positive), .value(.number(0.01)),
      "largest absolute weight of the discriminator", when: of("wasserstein")),
    Setting(
      "gradient_penalty.lambda", .number(.notNegative), .value(.number(10)), "its weight",
      when: of("wasserstein-gp", "dragan")),
    Setting(
      "gradient_penalty.target", .number(.notNegative), .value(.number(1)),
      "the gradient norm asked for", when: of("wasserstein-gp", "dragan")),
    Setting(
      "gradient_penalty.on", .choice(["interpolate"]), .value(.text("interpolate")),
      "where the gradient is taken", when: of("wasserstein-gp")),
    Setting(
      "gradient_penalty.noise", .number(.notNegative), .value(.number(0.5)),
      "largest shift of a real example's values, in standard deviations of the batch",
      when: of("dragan")),
    Setting(
      "gradient_penalty.alpha", .boolean, .value(.boolean(true)),
      "whether one random number an example scales its shift", when: of("dragan")),
    Setting(
      "gradient_penalty.output", .choice(["logit", "probability"]),
      .value(.text("logit")), "what the gradient is of", when: of("dragan")),
    Setting(
      "r1.gamma", .number(.notNegative), .absent("no penalty"),
      "γ of the penalty γ/2 · mean ‖gradient‖² on real examples, beside any loss"),
    Setting(
      "label_smoothing", .number(.fraction), .value(.number(0)), "real labels are 1 − x",
      when: of("minimax", "nonsaturating", "least-squares", "dragan")),
    Setting(
      "schedule.kind", .choice(["steps", "epochs", "simultaneous"]),
      .value(.text("steps")), "how the updates of the two networks alternate"),
    Setting(
      "schedule.discriminator", .integer(1...1_000_000), .value(.integer(1)),
      "updates a step, or epochs in a row, of the discriminator",
      when: .init(key: "schedule.kind", values: ["steps", "epochs"])),
    Setting(
      "schedule.generator", .integer(1...1_000_000), .value(.integer(1)),
      "updates a step, or epochs in a row, of the generator",
      when: .init(key: "schedule.kind", values: ["steps", "epochs"])),
    Setting(
      "schedule.fresh_latents", .boolean, .value(.boolean(false)),
      "whether a generator update draws its own fakes where it could reuse the discriminator's"),
    Setting(
      "schedule.fresh_batch", .boolean, .value(.boolean(true)),
      "whether each of a step's discriminator updates draws a batch; else they share the first"),
    Setting("latent.size", .integer(1...1_000_000), .required, "numbers in a latent"),
    Setting(
      "latent.distribution", .choice(["normal", "uniform", "sphere"]),
      .value(.text("normal")), "standard normal, uniform from −1 to 1, or the unit sphere"),
    Setting(
      "latent.scale", .number(.positive), .value(.number(1)), "a factor on every latent"),
    Setting(
      "packing", .integer(1...1000), .value(.integer(1)),
      "adjacent examples joined in one discriminator input; divides batch_size"),
  ]

  private static let finiteData = ["fashion-mnist", "digits", "idx", "images"]

  static let upkeep: [Setting] = [
    Setting(
      "checkpoint.every", .integer(0...many.upperBound), .value(.integer(1)),
      "epochs between checkpoints; 0: only the last", changesResults: false),
    Setting(
      "checkpoint.minutes", .number(.notNegative), .value(.number(10)),
      "minutes between checkpoints within an epoch; 0: none", changesResults: false),
    Setting(
      "checkpoint.keep_last", .integer(0...many.upperBound), .value(.integer(3)),
      "newest checkpoints that stay; 0: all", changesResults: false),
    Setting(
      "checkpoint.keep_every", .integer(0...many.upperBound), .value(.integer(0)),
      "checkpoints of every so many epochs stay as well; 0: none", changesResults: false),
    Setting(
      "checkpoint.when_busy", .choice(BusyPolicy.allCases.map(\.rawValue)), .value(.text("block")),
      "when the disk is slower than training: wait, leave the new checkpoint out, or put it in the place "
        + "of the one that waits; the last one is waited for always", changesResults: false),
    Setting(
      "checkpoint.best.metric", .text, .absent("no best"),
      "the metric that chooses the checkpoint that `@best` means; an epoch that measures it gets a "
        + "checkpoint", changesResults: false),
    Setting(
      "checkpoint.best.direction", .choice(["min", "max"]),
      .absent("`max` for modes and high_quality, else `min`"),
      "whether small or large is good", changesResults: false),
    Setting(
      "checkpoint.best.keep", .integer(many), .absent("1"), "how many of the best stay",
      changesResults: false),
    Setting(
      "samples.every", .integer(0...many.upperBound), .value(.integer(1)),
      "epochs between sample grids; 0: none", changesResults: false),
    Setting(
      "samples.count", .integer(1...10_000), .value(.integer(64)), "samples in a grid",
      changesResults: false),
    Setting(
      "evaluate.every", .integer(0...many.upperBound), .value(.integer(0)),
      "epochs between evaluations; 0: none", changesResults: false),
    Setting(
      "evaluate.metrics",
      .list(.choice(QualityMetric.allCases.map(\.rawValue)), count: 1...100),
      .absent("all that the data can have"), "what is evaluated", changesResults: false),
    Setting(
      "log_every", .integer(0...many.upperBound), .value(.integer(0)),
      "steps between points of step_d_loss and step_g_loss; 0: none", changesResults: false),
    Setting(
      "shards", .integer(1...256), .absent("batch_size / 64 within 2…8, at most the inputs"),
      "parts that a batch is cut into for threads"),
  ]
}
