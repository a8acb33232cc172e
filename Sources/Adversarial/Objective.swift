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
  /// −log σ(l) = softplus(−l); a smoothed label ε adds ε · l, since softplus(l) − softplus(−l) = l.
  ///
  /// - Parameter logits: `[rows, 1]`.
  /// - Returns: `[rows, 1]`.
  package func realCost(_ logits: Tensor) -> Tensor {
    let cost = (-logits).softplus
    return labelSmoothing == 0 ? cost : cost + logits.affine(scale: labelSmoothing, shift: 0)
  }

  /// Per example, what the discriminator pays for a fake: −log(1 − σ(l)) = softplus(l).
  package func fakeCost(_ logits: Tensor) -> Tensor { logits.softplus }

  /// Per example, what the generator pays.
  ///
  /// The value function of Goodfellow et al. 2014 has the generator minimise log(1 − D(G(z))), whose
  /// gradient vanishes while the discriminator wins; §3 of the paper maximises log D(G(z)) instead.
  package func generatorCost(_ logits: Tensor) -> Tensor {
    switch loss {
    case .minimax: -logits.softplus
    case .nonsaturating: (-logits).softplus
    }
  }

  /// The logit at which a discriminator is undecided.
  package var boundary: Float { 0 }
}
