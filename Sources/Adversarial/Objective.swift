package import Configuration
package import Tensors

/// What the two networks are trained to minimise, from logits.
///
/// Cross-entropies are written as softplus of a logit, never as the logarithm of a sigmoid, which is
/// −∞ as soon as the sigmoid rounds to 0.
package struct Objective: Sendable {
  let loss: Loss
  /// Real examples carry the label 1 − this.
  let labelSmoothing: Float

  package init(_ configuration: RunConfiguration) {
    loss = configuration.loss
    labelSmoothing = Float(configuration.labelSmoothing)
  }

  /// Per example, what the discriminator pays for a real one.
  ///
  /// Cross-entropy: −log σ(l) = softplus(−l); a smoothed label ε adds ε · l, since
  /// softplus(l) − softplus(−l) = l.
  ///
  /// - Parameter logits: `[rows, 1]`.
  /// - Returns: `[rows, 1]`.
  package func realCost(_ logits: Tensor) -> Tensor {
    switch loss {
    case .minimax, .nonsaturating, .dragan:
      let cost = (-logits).softplus
      return labelSmoothing == 0 ? cost : cost + logits.affine(scale: labelSmoothing, shift: 0)
    case .leastSquares: return halfSquare(logits, from: 1 - labelSmoothing)
    case .wasserstein, .wassersteinGP: return -logits
    case .hinge: return logits.affine(scale: -1, shift: 1).leaky(slope: 0)
    }
  }

  /// Per example, what the discriminator pays for a fake; of cross-entropy −log(1 − σ(l)) = softplus(l).
  package func fakeCost(_ logits: Tensor) -> Tensor {
    switch loss {
    case .minimax, .nonsaturating, .dragan: logits.softplus
    case .leastSquares: halfSquare(logits, from: 0)
    case .wasserstein, .wassersteinGP: logits
    case .hinge: logits.affine(scale: 1, shift: 1).leaky(slope: 0)
    }
  }

  /// Per example, what the generator pays.
  ///
  /// The value function of Goodfellow et al. 2014 has the generator minimise log(1 − D(G(z))), whose
  /// gradient vanishes while the discriminator wins; §3 of the paper maximises log D(G(z)) instead.
  package func generatorCost(_ logits: Tensor) -> Tensor {
    switch loss {
    case .minimax: -logits.softplus
    case .nonsaturating, .dragan: (-logits).softplus
    case .leastSquares: halfSquare(logits, from: 1)
    case .wasserstein, .wassersteinGP, .hinge: -logits
    }
  }

  /// ½ (l − label)²: least squares (Mao and others, 2017, equation 2), with a = 0 and b = c = 1.
  private func halfSquare(_ logits: Tensor, from label: Float) -> Tensor {
    logits.affine(scale: 1, shift: -label).square.affine(scale: 0.5, shift: 0)
  }

  /// The logit at which a discriminator is undecided; `nil` for a critic, whose logits have no zero: its
  /// loss sees their differences alone.
  package var boundary: Float? {
    switch loss {
    case .minimax, .nonsaturating, .dragan, .hinge: 0
    case .leastSquares: (1 - labelSmoothing) / 2
    case .wasserstein, .wassersteinGP: nil
    }
  }
}
