import Tensors

extension Network {
  /// Gives every number its first value, a function of seed, stream and marginals alone.
  ///
  /// Weights by their layer's initialiser; norm factors 1, offsets 0, running means 0, running variances
  /// 1; spectral vectors those of the first weights; moments 0; the moving average is a copy.
  ///
  /// - Parameter marginals: the mean of each value of a real example, for a bias that starts there;
  ///   `nil` leaves it 0.
  package func initialize(seed: UInt64, stream: UInt32, marginals: [Float]? = nil) {
    initialize(placedLayers, Philox(seed: seed, stream: stream), marginals: marginals)
    for moment in moments {
      moment.buffer.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }
    average?.weights.copy(from: weights)
    average?.statistics.copy(from: statistics)
  }

  private func initialize(_ layers: [PlacedLayer], _ random: Philox, marginals: [Float]?) {
    for placed in layers {
      initialize(placed.inner, random, marginals: marginals)
      if let (factor, offset) = placed.scaling {
        parameters[factor].slot.values.update(repeating: 1)
        parameters[offset].slot.values.update(repeating: 0)
      }
      if let (place, bias) = placed.weight {
        let weight = parameters[place].slot
        placed.layer.fill(weight, random, counter: UInt64(place))
        if let bias {
          let values = parameters[bias].slot.values
          placed.layer.fillBias(
            values, inputs: weight.rows, random, counter: UInt64(bias), marginals: marginals)
        }
      }
      guard let (first, second) = placed.statistics else { continue }
      let (one, other) = (runningStatistics[first].slot, runningStatistics[second].slot)
      if placed.layer.norm == .spectral, let place = placed.weight?.place {
        // Above the counters of parameters.
        random.fill(one.values, .normal, counter: 1 << 32 + UInt64(first))
        SingularVectors.iterate(parameters[place].slot, u: one.values, v: other.values)
      } else {
        one.values.update(repeating: 0)
        other.values.update(repeating: 1)
      }
    }
  }
}

extension Layer {
  fileprivate func fill(_ slot: Slot, _ random: Philox, counter: UInt64) {
    let (values, inputs) = (slot.values, slot.rows)
    if equalized { return normal(values, 1, random, counter) }
    switch initializer {
    case nil: uniform(values, 1 / Double(inputs).squareRoot(), random, counter)
    case .normal(let stddev): normal(values, stddev, random, counter)
    case .uniform(let bound): uniform(values, bound, random, counter)
    case .he: normal(values, (2 / Double(inputs)).squareRoot(), random, counter)
    case .xavier:
      let outputs = slot.columns * kernelPlaces
      uniform(values, (6 / Double(inputs + outputs)).squareRoot(), random, counter)
    case .orthogonal:
      normal(values, 1, random, counter)
      orthonormalize(values, rows: slot.rows, columns: slot.columns)
    }
  }

  fileprivate func fillBias(
    _ values: UnsafeMutableBufferPointer<Float>, inputs: Int, _ random: Philox, counter: UInt64,
    marginals: [Float]?
  ) {
    if startsAtMarginals {
      fillMarginals(values, marginals ?? [])
    } else {
      let bound = initializer == nil && !equalized ? 1 / Double(inputs).squareRoot() : 0
      uniform(values, bound, random, counter)
    }
  }

  /// Places of a convolution's kernel; 1 of a product.
  private var kernelPlaces: Int {
    switch kind {
    case .convolution(_, let kernel, _, _), .transposedConvolution(_, let kernel, _, _, _):
      kernel * kernel
    default: 1
    }
  }

  private func uniform(
    _ values: UnsafeMutableBufferPointer<Float>, _ bound: Double, _ random: Philox,
    _ counter: UInt64
  ) {
    random.fill(values, .uniform(low: -Float(bound), high: Float(bound)), counter: counter)
  }

  private func normal(
    _ values: UnsafeMutableBufferPointer<Float>, _ stddev: Double, _ random: Philox,
    _ counter: UInt64
  ) {
    random.fill(values, .normal, counter: counter)
    for index in values.indices { values[index] *= Float(stddev) }
  }
}
