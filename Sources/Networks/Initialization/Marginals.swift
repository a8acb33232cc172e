import Tensors

extension Layer {
  /// Starts a bias so that the layer gives the data's means where its product is 0: the inverse of the
  /// activation at each mean.
  ///
  /// Goodfellow and others start a generator's output so (`init_bias_from_marginals` of pylearn2, their
  /// code of 2014). A bias shared by several values, such as a channel's, takes their mean. Means at
  /// the ends of the activation's range are taken 1e-7 of it inside.
  ///
  /// - Parameter marginals: one mean for each value of an example; empty leaves the bias 0.
  func fillMarginals(_ bias: UnsafeMutableBufferPointer<Float>, _ marginals: [Float]) {
    precondition(
      marginals.count % bias.count == 0, "\(marginals.count) means for \(bias.count) biases")
    let shares = marginals.count / bias.count
    for place in bias.indices {
      let sum = (0..<shares).reduce(0.0) { $0 + Double(marginals[place + $1 * bias.count]) }
      bias[place] = shares == 0 ? 0 : Float(inverse(sum / Double(shares)))
    }
  }

  private func inverse(_ mean: Double) -> Double {
    switch activation {
    case .none: mean
    case .relu: max(0, mean)
    case .leakyReLU(let slope): mean >= 0 || slope == 0 ? max(mean, 0) : mean / slope
    case .sigmoid: logit(mean)
    // tanh(x) = 2 σ(2x) − 1.
    case .tanh: logit((mean + 1) / 2) / 2
    }
  }

  private func logit(_ mean: Double) -> Double {
    let inside = min(max(mean, 1e-7), 1 - 1e-7)
    return Double(exactLog(Float(inside / (1 - inside))))
  }
}
