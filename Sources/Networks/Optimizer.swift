package import Tensors

/// The constants of an optimiser, which a graph keeps.
package struct UpdateSettings: Sendable, Hashable {
  /// Adam's decay rates, and the addition to its and RMSProp's denominator.
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double
  /// RMSProp's weight of the past in its mean of squares.
  package var squareDecay: Double
  /// The weight of the past in the moving average, where one is kept.
  package var averageDecay: Double
  /// The largest absolute weight after an update; `nil`: no limit.
  package var weightLimit: Double?

  /// Constants with the contract's defaults.
  package init(
    beta1: Double = 0.5, beta2: Double = 0.999, epsilon: Double = 1e-8,
    squareDecay: Double = 0.99, averageDecay: Double = 0.999, weightLimit: Double? = nil
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.squareDecay = squareDecay
    self.averageDecay = averageDecay
    self.weightLimit = weightLimit
  }
}

/// What the host sets before, and reads after, a run that holds an update.
package struct UpdateHandles: Sendable {
  /// The L2 norm over all of the network's gradients.
  package let gradientNorm: Output
  private let kind: OptimizerKind
  private let settings: UpdateSettings
  /// Adam: step size and root correction; descent: rate and momentum; RMSProp: rate alone.
  private let first: HostScalar
  private let second: HostScalar
  private let decay: HostScalar?

  fileprivate init(
    gradientNorm: Output, kind: OptimizerKind, settings: UpdateSettings, first: HostScalar,
    second: HostScalar, decay: HostScalar?
  ) {
    self.gradientNorm = gradientNorm
    self.kind = kind
    self.settings = settings
    self.first = first
    self.second = second
    self.decay = decay
  }

  /// Sets the numbers of update `number`, from 1: a function of what is given alone, so that a resumed run
  /// goes on with the same bits.
  ///
  /// - Parameter epochs: epochs done, with the part that is done of the present one; ramps look at it.
  package func prepare(
    _ plan: Plan, update number: Int, learningRate ramp: Ramp, epochs: Double = 0
  ) {
    precondition(number >= 1, "updates count from 1, not \(number)")
    let learningRate = ramp.value(epochs: epochs, updates: number - 1)
    switch kind {
    case .adam:
      let correction = 1 - power(settings.beta1, number)
      let rootCorrection = (1 - power(settings.beta2, number)).squareRoot()
      plan.set(first, to: Float(learningRate / correction))
      plan.set(second, to: Float(1 / rootCorrection))
    case .sgd(let momentum):
      plan.set(first, to: Float(learningRate))
      plan.set(second, to: Float(momentum.value(epochs: epochs, updates: number - 1)))
    case .rmsprop: plan.set(first, to: Float(learningRate))
    }
    if let decay { plan.set(decay, to: Float(settings.averageDecay)) }
  }
}

extension Network {
  /// Assigns gradients and adds the optimiser's pass, and the moving average's, to the segment.
  ///
  /// - Parameter gradients: in the order of `parameters`.
  package func addUpdate(
    to graph: Graph, gradients values: [Tensor], settings: UpdateSettings
  ) -> UpdateHandles {
    precondition(values.count == parameters.count, "\(name) needs a gradient a parameter")
    for (value, place) in zip(values, places(of: parameters, in: gradients)) {
      graph.assign(value, to: place.slot)
    }
    let label = "\(name) \(graph.outputCount)"
    let first = graph.hostScalar("\(label) rate")
    let second = graph.hostScalar("\(label) correction")
    let update: Update =
      switch optimizer {
      case .adam:
        .adam(
          weights: weights, gradients: gradients, m: moments[0].buffer, v: moments[1].buffer,
          stepSize: first, rootCorrection: second, beta1: settings.beta1,
          beta2: settings.beta2, epsilon: settings.epsilon,
          gradientNorm: "\(label) gradient norm")
      case .sgd:
        .sgd(
          weights: weights, gradients: gradients, momentumBuffer: moments.first?.buffer,
          rate: first, momentum: second, gradientNorm: "\(label) gradient norm")
      case .rmsprop:
        .rmsprop(
          weights: weights, gradients: gradients, v: moments[0].buffer, rate: first,
          decay: settings.squareDecay, epsilon: settings.epsilon,
          gradientNorm: "\(label) gradient norm")
      }
    guard let norm = graph.update(update) else { preconditionFailure("the norm was asked for") }
    if let limit = settings.weightLimit { graph.update(.clip(weights, limit: limit)) }
    var decay: HostScalar?
    if let average {
      let scalar = graph.hostScalar("\(label) decay")
      graph.update(.movingAverage(of: weights, into: average.weights, decay: scalar))
      graph.update(.movingAverage(of: statistics, into: average.statistics, decay: scalar))
      decay = scalar
    }
    return UpdateHandles(
      gradientNorm: norm, kind: optimizer, settings: settings, first: first, second: second,
      decay: decay)
  }
}
