import Tensors

/// The singular vectors that a spectral norm starts from.
enum SingularVectors {
  /// Steps before training, as many as `torch.nn.utils.parametrizations.spectral_norm` takes.
  private static let steps = 15

  /// Brings u `[columns]` and v `[rows]` of a matrix near those of its largest singular value, by the power
  /// iteration from the u that is there.
  static func iterate(
    _ matrix: Slot, u: UnsafeMutableBufferPointer<Float>, v: UnsafeMutableBufferPointer<Float>
  ) {
    let values = matrix.values
    let columns = matrix.columns
    var output = unit(u.map(Double.init))
    var input = [Double](repeating: 0, count: matrix.rows)
    for _ in 0..<steps {
      for row in input.indices {
        var sum = 0.0
        for column in 0..<columns { sum += Double(values[row * columns + column]) * output[column] }
        input[row] = sum
      }
      input = unit(input)
      output = [Double](repeating: 0, count: columns)
      for (row, factor) in input.enumerated() {
        for column in 0..<columns {
          output[column] += factor * Double(values[row * columns + column])
        }
      }
      output = unit(output)
    }
    for column in u.indices { u[column] = Float(output[column]) }
    for row in v.indices { v[row] = Float(input[row]) }
  }

  private static func unit(_ vector: [Double]) -> [Double] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / max(length, 1e-12) }
  }
}
