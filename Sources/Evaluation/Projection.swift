import Tensors

/// Random unit directions in the space of patches.
struct Directions {
  /// Directions that are projected on together.
  static let block = 8

  /// Direction after direction.
  private let values: [Float]
  private let size: Int

  /// - Parameters:
  ///   - count: a multiple of ``block``.
  ///   - size: numbers in a direction.
  ///   - level: each level of a pyramid has directions of its own.
  init(count: Int, size: Int, level: Int) {
    var values = [Float](repeating: 0, count: count * size)
    values.withUnsafeMutableBufferPointer {
      Philox(seed: EvaluationStream.key, stream: EvaluationStream.directions)
        .fill($0, .normal, counter: UInt64(level))
    }
    for direction in 0..<count {
      let range = direction * size..<(direction + 1) * size
      let length = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      for place in range { values[place] = Float(Double(values[place]) / length) }
    }
    self.values = values
    self.size = size
  }

  /// What a patch's raw values are multiplied with, and what is added, so that the result is the
  /// projection of the normalised patch.
  fileprivate func weights(
    block number: Int, for patches: Patches
  ) -> (weights: [SIMD8<Float>], shift: SIMD8<Float>) {
    var weights = [SIMD8<Float>](repeating: .zero, count: size)
    var shift = SIMD8<Double>.zero
    for lane in 0..<Self.block {
      let start = (number * Self.block + lane) * size
      for place in 0..<size {
        let channel = place % patches.level.channels
        let weight = Double(values[start + place]) / patches.deviations[channel]
        weights[place][lane] = Float(weight)
        shift[lane] -= weight * patches.means[channel]
      }
    }
    return (weights, SIMD8<Float>(shift))
  }
}

extension Patches {
  /// Projects all patches on a block of directions.
  ///
  /// - Parameter columns: room for a number a patch, direction after direction.
  func project(
    on directions: Directions, block: Int, into columns: UnsafeMutableBufferPointer<Float>
  ) {
    let (weights, shift) = directions.weights(block: block, for: self)
    let (count, stride, rowSize) = (places.count, level.side * level.channels, rowSize)
    level.values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer { weights in
        for patch in 0..<count {
          let start = Int(places[patch])
          // Two sums, so that an addition need not wait for the one before.
          var (even, odd) = (shift, SIMD8<Float>.zero)
          for row in 0..<Self.side {
            let (line, weight) = (start + row * stride, row * rowSize)
            var place = 0
            while place + 1 < rowSize {
              even += weights[weight + place] * values[line + place]
              odd += weights[weight + place + 1] * values[line + place + 1]
              place += 2
            }
            if place < rowSize { even += weights[weight + place] * values[line + place] }
          }
          let projected = even + odd
          for lane in 0..<Directions.block { columns[lane * count + patch] = projected[lane] }
        }
      }
    }
  }
}
