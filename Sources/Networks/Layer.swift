/// One layer as a configuration describes it: weights, then norm, then activation.
package struct Layer: Sendable, Hashable {
  /// What a layer does before norm and activation.
  package enum Kind: Sendable, Hashable {
    /// A product with a weight `[in, units]`, of the flattened input.
    case dense(units: Int)
    /// The largest of `pieces` products; weight `[in, pieces · units]`, piece outermost.
    case maxout(units: Int, pieces: Int)
    /// Zero with a probability in training, survivors times 1 / (1 − probability).
    case dropout(probability: Double)
    /// The example as a vector.
    case flatten
    /// The example in another shape, rows first, channels last.
    case reshape([Int])
  }

  /// What brings a layer's output to one scale.
  package enum Norm: Sendable, Hashable {
    /// Statistics of the whole batch for each place of the last dimension; `momentum` is the weight of
    /// the newest batch in the running statistics.
    case batch(momentum: Double = 0.1, epsilon: Double = 1e-5)
  }

  /// A function of each element.
  package enum Activation: Sendable, Hashable {
    case none
    case relu
    case leakyReLU(slope: Double = 0.2)
    case tanh
    case sigmoid
  }

  /// Where weights start.
  package enum Initializer: Sendable, Hashable {
    case normal(stddev: Double)
    case uniform(bound: Double)
    /// Normal with variance 2 / inputs (He and others, 2015).
    case he
    /// Uniform within ±√(6 / (inputs + outputs)) (Glorot and Bengio, 2010).
    case xavier
    /// Orthonormal columns, or rows where there are fewer rows (Saxe and others, 2013).
    case orthogonal
  }

  package var kind: Kind
  package var norm: Norm?
  package var activation: Activation
  /// Whether a layer with weights adds a vector to the product.
  package var bias: Bool
  /// Where the weights start.
  ///
  /// `nil` draws weights and biases uniformly within ±1 / √inputs; under a named one biases start
  /// at 0.
  package var initializer: Initializer?

  /// A layer from its parts.
  package init(
    _ kind: Kind, norm: Norm? = nil, activation: Activation = .none, bias: Bool = true,
    initializer: Initializer? = nil
  ) {
    self.kind = kind
    self.norm = norm
    self.activation = activation
    self.bias = bias
    self.initializer = initializer
  }
}
