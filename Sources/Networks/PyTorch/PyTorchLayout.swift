/// A network's numbers as the modules of an `nn.Sequential` of the same layers hold them.
///
/// PyTorch keeps pictures channel first and weights output first. Where a picture meets a vector, at
/// `reshape`, at `flatten` and at a product over a picture, the vector's values stand in another order
/// there: weights, biases and norms around it are permuted, so that the same latents give the same
/// pictures. Weights are given as they act: equalized ones scaled, spectral ones over their σ, so that
/// plain `Linear` and `Conv2d` modules take them.
package struct PyTorchLayout {
  /// How a tensor's values are taken from ours.
  private enum Form {
    /// `[n]`, in an order.
    case vector(ValueOrder)
    /// `[in, out]` to `[out, in]`.
    case matrix(rows: ValueOrder, columns: ValueOrder)
    /// `[kh, kw, in, out]` to `[out, in, kh, kw]`, of a transposed convolution `[in, out, kh, kw]`.
    case kernel(transposed: Bool)
  }

  private struct Entry {
    let name: String
    let shape: [Int]
    let form: Form
    /// The layer whose weight this is: its scale is part of the weight.
    var scaledBy: PlacedLayer?

    /// Its extents in PyTorch.
    var arrangedShape: [Int] {
      switch form {
      case .vector: shape
      case .matrix: [shape[1], shape[0]]
      case .kernel(let transposed):
        (transposed ? [shape[2], shape[3]] : [shape[3], shape[2]]) + [shape[0], shape[1]]
      }
    }
  }

  /// The tensors in the order of the layers: their names, and their extents in PyTorch.
  package var tensors: [(name: String, shape: [Int])] {
    entries.map { ($0.name, $0.arrangedShape) }
  }

  private var entries: [Entry] = []
  private let network: String

  /// The arrangement of some layers.
  ///
  /// - Throws: `NetworkError` where they are no network, or read values in an order that PyTorch has no
  ///   module for.
  package init(name: String, layers: [Layer], inputShape: [Int]) throws(NetworkError) {
    network = name
    let layout = try Layout(network: name, layers: layers, inputShape: inputShape)
    var order = ValueOrder.same
    try walk(layout.layers, key: "", &order, wanted: .same)
  }

  /// A tensor's values as PyTorch holds them.
  ///
  /// - Parameters:
  ///   - index: its place in `tensors`.
  ///   - read: gives our values by name, as many as it is told: `0.weight`, and `0.norm.u` and `0.norm.v`
  ///     of a spectral norm.
  package func arranged(
    _ index: Int, from read: (String, Int) throws -> [Float]
  ) rethrows -> [Float] {
    let entry = entries[index]
    let values = try read(entry.name, entry.shape.reduce(1, *))
    let factor = try entry.scaledBy.map { try scale(of: values, $0, read) } ?? 1
    var arranged: [Float] = []
    arranged.reserveCapacity(values.count)
    Self.eachPlace(of: entry) { place in
      arranged.append(factor == 1 ? values[place] : Float(Double(values[place]) * factor))
    }
    return arranged
  }

  /// Weights that `restored` can't give: they were divided by the σ of a spectral norm, which is not known
  /// any more.
  package var divided: [String] {
    entries.filter { $0.scaledBy?.layer.norm == .spectral }.map(\.name)
  }

  /// Our values of a tensor as PyTorch holds it: the inverse of `arranged`, to the rounding of a scale.
  ///
  /// - Parameter index: its place in `tensors`, whose extents the values have.
  package func restored(_ index: Int, from values: [Float]) -> [Float] {
    let entry = entries[index]
    let factor = entry.scaledBy.map(equalization) ?? 1
    var restored = [Float](repeating: 0, count: values.count)
    var next = values.startIndex
    Self.eachPlace(of: entry) { place in
      restored[place] = factor == 1 ? values[next] : Float(Double(values[next]) / factor)
      next += 1
    }
    return restored
  }

  private mutating func walk(
    _ layers: [PlacedLayer], key: String, _ order: inout ValueOrder, wanted: ValueOrder
  ) throws(NetworkError) {
    for (index, placed) in layers.enumerated() {
      let site = LayerSite(network: network, key: "\(key)\(index)")
      switch placed.layer.kind {
      case .dense, .maxout:
        let inputs = ValueOrder(of: placed.input, vector: order)
        order = Self.wanted(by: layers[(index + 1)...], else: wanted)
        append(placed, inputs: inputs, outputs: order)
      case .convolution, .transposedConvolution:
        append(placed, inputs: .same, outputs: .same)
        order = .same
      case .flatten: order = ValueOrder(of: placed.input, vector: order)
      case .reshape(let shape):
        let given = ValueOrder(of: placed.input, vector: order)
        let taken = ValueOrder(of: shape, vector: shape.count == 1 ? given : .same)
        guard given == taken else {
          throw .noPyTorchOrder(
            network: network, layer: site.key, input: placed.input, wanted: shape)
        }
        // A picture's own order goes without saying.
        order = shape.count == 3 ? .same : taken
      case .residual:
        let before = order
        try walk(placed.inner, key: site.key + ".residual.", &order, wanted: before)
        guard order == before else {
          throw .noPyTorchOrder(
            network: network, layer: site.key, input: placed.input, wanted: placed.output)
        }
      case .minibatchStddev: order = order.appendingOne(after: placed.input.reduce(1, *))
      case .upsample, .pool, .pixelShuffle, .dropout: break
      }
      appendNorm(placed, order: placed.output.count == 1 ? order : .same)
    }
  }

  /// The order in which layers take a vector.
  private static func wanted(
    by following: ArraySlice<PlacedLayer>, else beyond: ValueOrder
  ) -> ValueOrder {
    for placed in following {
      switch placed.layer.kind {
      case .flatten, .dropout, .residual: continue
      case .reshape(let shape):
        if shape.count == 1 { continue }
        return ValueOrder(of: shape, vector: .same)
      default: return .same
      }
    }
    return beyond
  }

  private mutating func append(_ placed: PlacedLayer, inputs: ValueOrder, outputs: ValueOrder) {
    guard let shape = placed.layer.weightShape(over: placed.input) else { return }
    let columns: ValueOrder
    let form: Form
    switch placed.layer.kind {
    case .convolution: (columns, form) = (.same, .kernel(transposed: false))
    case .transposedConvolution: (columns, form) = (.same, .kernel(transposed: true))
    case .maxout(let units, let pieces):
      columns = outputs.repeated(pieces, count: units)
      form = .matrix(rows: inputs, columns: columns)
    default: (columns, form) = (outputs, .matrix(rows: inputs, columns: outputs))
    }
    entries.append(
      Entry(name: "\(placed.name).weight", shape: shape, form: form, scaledBy: placed))
    if placed.weight?.bias != nil {
      entries.append(
        Entry(
          name: "\(placed.name).bias", shape: [shape[shape.count - 1]], form: .vector(columns)))
    }
  }

  private mutating func appendNorm(_ placed: PlacedLayer, order: ValueOrder) {
    var names: [String] = []
    if placed.scaling != nil { names += ["weight", "bias"] }
    if case .batch = placed.layer.norm { names += ["running_mean", "running_var"] }
    entries += names.map {
      Entry(name: "\(placed.name).norm.\($0)", shape: [placed.channels], form: .vector(order))
    }
  }

  /// What a weight is multiplied by when it acts, in evaluation.
  private func scale(
    of weight: [Float], _ placed: PlacedLayer, _ read: (String, Int) throws -> [Float]
  ) rethrows -> Double {
    guard placed.layer.norm == .spectral else { return equalization(of: placed) }
    // Of an equalized weight the constant falls out.
    let columns = placed.layer.weightShape(over: placed.input)?.last ?? 1
    let u = try read("\(placed.name).norm.u", columns).map(Double.init)
    let v = try read("\(placed.name).norm.v", weight.count / columns).map(Double.init)
    var image = 0.0
    for (row, factor) in v.enumerated() {
      var sum = 0.0
      for (column, other) in u.enumerated() {
        sum += Double(weight[row * u.count + column]) * other
      }
      image += factor * sum
    }
    let lengths = u.reduce(0) { $0 + $1 * $1 } * v.reduce(0) { $0 + $1 * $1 }
    return lengths.squareRoot() / image
  }

  private func equalization(of placed: PlacedLayer) -> Double {
    let inputs = placed.layer.weightShape(over: placed.input)?.dropLast().reduce(1, *) ?? 1
    return placed.layer.equalized ? placed.layer.equalization(inputs: inputs) : 1
  }

  /// Goes through a tensor's values in PyTorch's order, and tells where each stands in ours: the one map
  /// that both directions use.
  private static func eachPlace(of entry: Entry, _ body: (Int) -> Void) {
    let shape = entry.shape
    switch entry.form {
    case .vector(let order):
      for place in 0..<shape[0] { body(order[place]) }
    case .matrix(let rows, let columns):
      for output in 0..<shape[1] {
        let column = columns[output]
        for input in 0..<shape[0] { body(rows[input] * shape[1] + column) }
      }
    case .kernel(let transposed):
      let (places, inputs, outputs) = (shape[0] * shape[1], shape[2], shape[3])
      for slow in 0..<(transposed ? inputs : outputs) {
        for fast in 0..<(transposed ? outputs : inputs) {
          let (input, output) = transposed ? (slow, fast) : (fast, slow)
          for place in 0..<places { body((place * inputs + input) * outputs + output) }
        }
      }
    }
  }
}
