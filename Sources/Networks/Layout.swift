import Tensors

/// A layer in its place: its shapes, and where in the network's lists its numbers stand.
struct PlacedLayer: Sendable {
  let layer: Layer
  /// As in a checkpoint: `1`, within a residual `1.0`.
  let name: String
  /// Layers before it, those within residuals counted: what keeps the dropout of two layers apart.
  let number: Int
  let input: [Int]
  let output: [Int]
  /// Places among the parameters.
  let weight: (place: Int, bias: Int?)?
  /// Places of the norm's factors and offsets among the parameters.
  let scaling: (factor: Int, offset: Int)?
  /// Places among the running statistics: means and variances, or the spectral norm's vectors of the
  /// output side and of the input side.
  let statistics: (first: Int, second: Int)?
  /// The layers of a residual.
  let inner: [PlacedLayer]

  /// Values of the output's last dimension.
  var channels: Int { output[output.count - 1] }
}

/// The shapes and names of a network's numbers, before there is memory for them.
struct Layout {
  /// A flat buffer being laid out: each matrix begins at a multiple of 16 values.
  struct Section {
    private(set) var entries: [(name: String, shape: [Int], offset: Int)] = []
    private(set) var count = 0

    /// Appends a matrix, its last size the columns.
    ///
    /// - Returns: its place in the list.
    mutating func append(_ name: String, _ shape: [Int]) -> Int {
      entries.append((name, shape, count))
      count += (shape.reduce(1, *) + 15) / 16 * 16
      return entries.count - 1
    }

    func places(in buffer: FloatBuffer) -> [Network.Parameter] {
      entries.map { name, shape, offset in
        let columns = shape[shape.count - 1]
        return (
          name, shape,
          Slot(
            buffer: buffer, offset: offset, rows: shape.dropLast().reduce(1, *),
            columns: columns)
        )
      }
    }
  }

  /// No layer's numbers, and no example between two layers, may be more.
  private static let most = 1 << 40

  private(set) var weights = Section()
  private(set) var statistics = Section()
  private(set) var layers: [PlacedLayer] = []
  /// The shape of one output example.
  var outputShape: [Int] { layers.last?.output ?? [] }
  private let network: String
  private var numbered = 0

  init(network: String, layers: [Layer], inputShape: [Int]) throws(NetworkError) {
    self.network = network
    guard !layers.isEmpty else { throw .noLayers(network: network) }
    guard !inputShape.isEmpty, inputShape.allSatisfy({ $0 > 0 }) else {
      throw .noSize(network: network, layer: "0", shape: inputShape)
    }
    try checkMarginals(layers)
    self.layers = try place(layers, input: inputShape, name: "", key: "")
  }

  private mutating func place(
    _ layers: [Layer], input: [Int], name: String, key: String
  ) throws(NetworkError) -> [PlacedLayer] {
    var placed: [PlacedLayer] = []
    var shape = input
    for (index, layer) in layers.enumerated() {
      let next = try place(layer, input: shape, name: "\(name)\(index)", key: "\(key)\(index)")
      shape = next.output
      placed.append(next)
    }
    return placed
  }

  private mutating func place(
    _ layer: Layer, input: [Int], name: String, key: String
  ) throws(NetworkError) -> PlacedLayer {
    let number = numbered
    numbered += 1
    let output = try layer.outputShape(of: input, at: LayerSite(network: network, key: key))
    try check(output, key)
    var inner: [PlacedLayer] = []
    if case .residual(let layers) = layer.kind {
      inner = try place(layers, input: input, name: name + ".", key: key + ".residual.")
      guard let last = inner.last, last.output == input else {
        let made = inner.last?.output ?? []
        throw .residual(network: network, layer: key, input: input, output: made)
      }
    }
    let shape = layer.weightShape(over: input)
    var weight: (place: Int, bias: Int?)?
    if let shape {
      try check(shape, key)
      let place = weights.append("\(name).weight", shape)
      let bias = layer.bias ? weights.append("\(name).bias", [shape[shape.count - 1]]) : nil
      weight = (place, bias)
    } else if layer.norm == .spectral || layer.equalized {
      throw .noWeights(
        network: network, layer: key,
        setting: layer.equalized ? "an equalized learning rate" : "a spectral norm")
    }
    let channels = output[output.count - 1]
    var (scaling, pair): ((Int, Int)?, (Int, Int)?)
    switch layer.norm {
    case .batch, .layer:
      scaling = (
        weights.append("\(name).norm.weight", [channels]),
        weights.append("\(name).norm.bias", [channels])
      )
    case .pixel, .spectral, nil: break
    }
    switch (layer.norm, shape) {
    case (.batch, _):
      pair = (
        statistics.append("\(name).norm.running_mean", [channels]),
        statistics.append("\(name).norm.running_var", [channels])
      )
    case (.spectral, let shape?):
      pair = (
        statistics.append("\(name).norm.u", [shape[shape.count - 1]]),
        statistics.append("\(name).norm.v", [shape.dropLast().reduce(1, *)])
      )
    default: break
    }
    return PlacedLayer(
      layer: layer, name: name, number: number, input: input, output: output, weight: weight,
      scaling: scaling, statistics: pair, inner: inner)
  }

  private func check(_ shape: [Int], _ key: String) throws(NetworkError) {
    guard shape.reduce(1.0, { $0 * Double($1) }) < Double(Self.most) else {
      throw .tooLarge(network: network, layer: key, shape: shape)
    }
  }

  /// A bias that starts at the data's means is the last thing that shapes the output.
  private func checkMarginals(_ layers: [Layer]) throws(NetworkError) {
    for (index, layer) in layers.enumerated() {
      if case .residual(let inner) = layer.kind,
        let place = inner.firstIndex(where: \.startsAtMarginals)
      {
        throw .marginals(network: network, layer: "\(index).residual.\(place)")
      }
      guard layer.startsAtMarginals else { continue }
      let isLast = layers[(index + 1)...].allSatisfy {
        switch $0.kind {
        case .reshape, .flatten: $0.norm == nil && $0.activation == .none
        default: false
        }
      }
      var isPlain = layer.hasWeights && layer.bias && (layer.norm == nil || layer.norm == .spectral)
      if case .maxout = layer.kind { isPlain = false }
      guard isLast, isPlain else { throw .marginals(network: network, layer: "\(index)") }
    }
  }
}
