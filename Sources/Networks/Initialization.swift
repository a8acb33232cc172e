import Tensors

extension Network {
  /// Gives every number its first value, a function of seed and stream alone.
  ///
  /// Weights by their layer's initialiser; norm factors 1, offsets 0, running means 0, running variances
  /// 1; moments 0; the moving average is a copy.
  package func initialize(seed: UInt64, stream: UInt32) {
    let random = Philox(seed: seed, stream: stream)
    var place = 0
    var inputs = 1
    for (index, layer) in layers.enumerated() where layer.weightColumns != nil || layer.norm != nil
    {
      while place < parameters.count, parameters[place].name.hasPrefix("\(index).") {
        let (name, _, slot) = parameters[place]
        let counter = UInt64(place)
        switch name.dropFirst("\(index).".count) {
        case "weight":
          inputs = slot.rows
          layer.fill(slot, inputs: inputs, random, counter: counter)
        case "bias":
          let bound: Float = layer.initializer == nil ? Float(1 / Double(inputs).squareRoot()) : 0
          random.fill(slot.values, .uniform(low: -bound, high: bound), counter: counter)
        case "norm.weight": slot.values.update(repeating: 1)
        default: slot.values.update(repeating: 0)
        }
        place += 1
      }
    }
    for (name, _, slot) in runningStatistics {
      slot.values.update(repeating: name.hasSuffix("running_var") ? 1 : 0)
    }
    for moment in moments {
      moment.buffer.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }
    average?.weights.copy(from: weights)
    average?.statistics.copy(from: statistics)
  }
}

extension Layer {
  fileprivate func fill(_ slot: Slot, inputs: Int, _ random: Philox, counter: UInt64) {
    let values = slot.values
    switch initializer {
    case nil: uniform(values, 1 / Double(inputs).squareRoot(), random, counter)
    case .normal(let stddev): normal(values, stddev, random, counter)
    case .uniform(let bound): uniform(values, bound, random, counter)
    case .he: normal(values, (2 / Double(inputs)).squareRoot(), random, counter)
    case .xavier:
      uniform(values, (6 / Double(inputs + slot.columns)).squareRoot(), random, counter)
    case .orthogonal:
      normal(values, 1, random, counter)
      orthonormalize(values, rows: slot.rows, columns: slot.columns)
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

  /// Makes the shorter side's vectors orthonormal, by modified Gram–Schmidt in Double.
  private func orthonormalize(
    _ values: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int
  ) {
    let byRows = rows < columns
    let (count, length) = byRows ? (rows, columns) : (columns, rows)
    func place(_ vector: Int, _ element: Int) -> Int {
      byRows ? vector * columns + element : element * columns + vector
    }
    var vectors = (0..<count).map { vector in
      (0..<length).map { Double(values[place(vector, $0)]) }
    }
    for vector in 0..<count {
      let norm = dot(vectors[vector], vectors[vector]).squareRoot()
      for element in 0..<length { vectors[vector][element] /= norm }
      for later in vector + 1..<max(count, vector + 1) {
        let share = dot(vectors[vector], vectors[later])
        for element in 0..<length {
          vectors[later][element] -= share * vectors[vector][element]
        }
      }
    }
    for vector in 0..<count {
      for element in 0..<length {
        values[place(vector, element)] = Float(vectors[vector][element])
      }
    }
  }

  private func dot(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
