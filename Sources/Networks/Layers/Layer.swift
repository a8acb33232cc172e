/// One layer as a configuration describes it: weights, then norm, then activation.
package struct Layer: Sendable, Hashable {
  /// What a layer does before norm and activation; pictures are `[height, width, channels]`.
  package enum Kind: Sendable, Hashable {
    /// A product with a weight `[in, units]`, of the flattened input.
    case dense(units: Int)
    /// The largest of `pieces` products; weight `[in, pieces · units]`, piece outermost.
    case maxout(units: Int, pieces: Int)
    /// A cross-correlation with a weight `[kernel, kernel, in, channels]`; `pad` zeros on each side.
    case convolution(channels: Int, kernel: Int, stride: Int, pad: Int)
    /// The adjoint of a convolution; weight `[kernel, kernel, in, channels]`. `outputPad` rows and
    /// columns more at the end, fewer than the stride.
    case transposedConvolution(channels: Int, kernel: Int, stride: Int, pad: Int, outputPad: Int)
    /// Each pixel as a square of `factor`² equal ones.
    case upsample(factor: Int)
    /// The mean of each square of `side`² pixels.
    case pool(side: Int)
    /// factor² channels as one of a picture `factor` times as high and wide (Shi and others, 2016).
    case pixelShuffle(factor: Int)
    /// One more channel: the spread over a group of adjacent examples (Karras and others, 2018, §3).
    case minibatchStddev(group: Int)
    /// The input plus what these layers make of it.
    case residual([Layer])
    /// Zero with a probability in training, survivors times 1 / (1 − probability).
    case dropout(probability: Double)
    /// The example as a vector.
    case flatten
    /// The example in another shape, rows first, channels last.
    case reshape([Int])
  }

  /// What brings a layer's output, or its weight, to one scale.
  package enum Norm: Sendable, Hashable {
    /// Statistics of the whole batch for each place of the last dimension; `momentum` is the weight of
    /// the newest batch in the running statistics.
    case batch(momentum: Double = 0.1, epsilon: Double = 1e-5)
    /// Statistics of each place's own last dimension, with a factor and an offset for each element.
    case layer(epsilon: Double = 1e-5)
    /// Each place's last dimension over its root mean square; nothing is learned.
    case pixel(epsilon: Double = 1e-8)
    /// The weight over its largest singular value (Miyato and others, 2018).
    case spectral
  }

  /// A function of each element.
  package enum Activation: Sendable, Hashable {
    case none
    case relu
    case leakyReLU(slope: Double = 0.2)
    case tanh
    case sigmoid
  }

  /// Where weights start; inputs and outputs of a convolution count each place of its kernel.
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
  /// Whether weights start as N(0, 1) and are used times gain / √inputs (Karras and others, 2018, §4.1).
  package var equalized: Bool
  /// Whether the bias starts so that a generator's last layer gives the data's means (Goodfellow and
  /// others, 2014, in the code they released).
  package var startsAtMarginals: Bool

  /// A layer from its parts.
  package init(
    _ kind: Kind, norm: Norm? = nil, activation: Activation = .none, bias: Bool = true,
    initializer: Initializer? = nil, equalized: Bool = false, startsAtMarginals: Bool = false
  ) {
    self.kind = kind
    self.norm = norm
    self.activation = activation
    self.bias = bias
    self.initializer = initializer
    self.equalized = equalized
    self.startsAtMarginals = startsAtMarginals
  }
}

extension Layer {
  /// Whether numbers of its own multiply its input.
  var hasWeights: Bool {
    switch kind {
    case .dense, .maxout, .convolution, .transposedConvolution: true
    default: false
    }
  }

  /// As the configuration names its kind.
  var kindName: String {
    switch kind {
    case .dense: "dense"
    case .maxout: "maxout"
    case .convolution: "conv"
    case .transposedConvolution: "conv_transpose"
    case .upsample: "upsample"
    case .pool: "pool"
    case .pixelShuffle: "pixel_shuffle"
    case .minibatchStddev: "minibatch_stddev"
    case .residual: "residual"
    case .dropout: "dropout"
    case .flatten: "flatten"
    case .reshape: "reshape"
    }
  }
}
