import Configuration
import Networks
import Tensors

/// What a discriminator pays for the size of its gradient by its inputs.
///
/// A discriminator input is one of the penalty's examples: with packing, the examples that it joins.
/// The penalty contains a derivative already, and its own is taken by the weights: every operation's
/// derivative is made of operations that have one.
struct GradientPenalty {
  /// Added to a squared norm before its root, whose derivative at 0 is infinite; a norm of 10⁻⁶ is the
  /// smallest that counts.
  static let epsilon: Float = 1e-12

  let settings: GradientPenaltySettings

  /// Where the gradient is taken, one place for each real input.
  ///
  /// Of a loss and of its place the weights alone have derivatives: the place is a constant to them.
  ///
  /// - Parameters:
  ///   - real: discriminator inputs, one a row.
  ///   - fakes: of the same shape.
  ///   - counter: discriminator updates before this one.
  func place(real: Tensor, fakes: Tensor, counter: Counter) -> Tensor {
    switch settings.point {
    case .interpolate:
      // Gulrajani et al. 2017, algorithm 1, in the arrangement of the authors' code: real and fake are
      // paired as they come, α weighs the fake.
      let alpha = uniform(columns: 1, RandomStream.penaltyMixture, counter, like: real)
      return real + (fakes - real) * alpha
    case .aroundReal(let noise, let hasAlpha):
      // Kodali et al. 2017, as the authors' code has it: shifts between 0 and half a standard deviation
      // to one side, the deviation being one number over all values of the batch.
      var shift = uniform(columns: real.columns, RandomStream.penaltyNoise, counter, like: real)
      shift = shift * deviation(of: real).affine(scale: Float(noise), shift: 0)
      if hasAlpha {
        shift = shift * uniform(columns: 1, RandomStream.penaltyMixture, counter, like: real)
      }
      return real + shift
    }
  }

  /// λ · mean (‖∇l‖ − target)², a scalar; where the settings say so, of σ(l) instead of the logit l.
  ///
  /// - Parameters:
  ///   - logits: the discriminator's, of the inputs at `place`; each a function of its own input alone,
  ///     or the gradient by an input takes in what it does to the logits beside it.
  ///   - place: as ``place(real:fakes:counter:)`` gives it.
  func cost(logits: Tensor, at place: Tensor) -> Tensor {
    let output = settings.ofProbability ? logits.sigmoid : logits
    let norm = Self.squaredNorm(of: output, by: place).affine(scale: 1, shift: Self.epsilon).sqrt
    let distance = norm.affine(scale: 1, shift: -Float(settings.target))
    return distance.square.mean.affine(scale: Float(settings.weight), shift: 0)
  }

  /// γ/2 · mean ‖∇l‖² at real inputs: R1 (Mescheder, Geiger and Nowozin, 2018).
  static func r1(gamma: Double, logits: Tensor, at real: Tensor) -> Tensor {
    squaredNorm(of: logits, by: real).mean.affine(scale: Float(gamma / 2), shift: 0)
  }

  /// `[rows, 1]`: the squared length of each input's own gradient.
  private static func squaredNorm(of output: Tensor, by place: Tensor) -> Tensor {
    gradients(of: output.sum, for: [place])[0].square.sumColumns
  }

  /// The standard deviation of all values of a batch, a scalar.
  private func deviation(of values: Tensor) -> Tensor { (values - values.mean).square.mean.sqrt }

  private func uniform(
    columns: Int, _ stream: UInt32, _ counter: Counter, like inputs: Tensor
  ) -> Tensor {
    guard case .batch(let perUnit) = inputs.rows else {
      preconditionFailure("a discriminator takes a batch of inputs")
    }
    return inputs.graph.random(
      .uniform(low: 0, high: 1), perUnit: perUnit, columns: columns, stream: stream,
      counter: counter)
  }
}
