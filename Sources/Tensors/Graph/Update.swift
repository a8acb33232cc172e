/// A pass over whole flat buffers at the end of a segment.
package enum Update {
  /// Adam in PyTorch's arrangement: `w -= stepSize m / (sqrt(v) rootCorrection + epsilon)`.
  ///
  /// - stepSize: learning rate / (1 − β1^t).
  /// - rootCorrection: 1 / sqrt(1 − β2^t).
  /// - gradientNorm: the output that the L2 norm over all gradients gets.
  case adam(
    weights: FloatBuffer, gradients: FloatBuffer, m: FloatBuffer, v: FloatBuffer,
    stepSize: HostScalar, rootCorrection: HostScalar, beta1: Double, beta2: Double,
    epsilon: Double, gradientNorm: String?)
  /// Momentum as in PyTorch: `buffer = momentum buffer + g`, `w -= rate buffer`; plain descent
  /// without a buffer.
  case sgd(
    weights: FloatBuffer, gradients: FloatBuffer, momentumBuffer: FloatBuffer?, rate: HostScalar,
    momentum: HostScalar, gradientNorm: String?)
  /// RMSProp in PyTorch's arrangement: `v = decay v + (1 − decay) g²`, `w -= rate g / (sqrt(v) + epsilon)`.
  case rmsprop(
    weights: FloatBuffer, gradients: FloatBuffer, v: FloatBuffer, rate: HostScalar, decay: Double,
    epsilon: Double, gradientNorm: String?)
  /// Every number brought within ± limit.
  case clip(FloatBuffer, limit: Double)
  /// `average = decay average + (1 − decay) values`.
  case movingAverage(of: FloatBuffer, into: FloatBuffer, decay: HostScalar)

  var gradientNorm: String? {
    switch self {
    case .adam(_, _, _, _, _, _, _, _, _, let name): name
    case .sgd(_, _, _, _, _, let name): name
    case .rmsprop(_, _, _, _, _, _, let name): name
    case .clip, .movingAverage: nil
    }
  }

  /// Elements that it passes over.
  var count: Int {
    switch self {
    case .adam(let weights, _, _, _, _, _, _, _, _, _): weights.count
    case .sgd(let weights, _, _, _, _, _): weights.count
    case .rmsprop(let weights, _, _, _, _, _, _): weights.count
    case .clip(let values, _): values.count
    case .movingAverage(let values, _, _): values.count
    }
  }
}
