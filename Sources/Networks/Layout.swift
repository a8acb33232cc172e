import Tensors

/// The shapes and names of a network's numbers, before there is memory for them.
struct Layout {
  /// A flat buffer being laid out: each matrix begins at a multiple of 16 values.
  struct Section {
    private(set) var entries: [(name: String, shape: [Int], offset: Int)] = []
    private(set) var count = 0

    mutating func append(_ name: String, _ shape: [Int]) {
      entries.append((name, shape, count))
      count += (shape.reduce(1, *) + 15) / 16 * 16
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

  var weights = Section()
  var statistics = Section()
  private(set) var outputShape: [Int]

  init(network: String, layers: [Layer], inputShape: [Int]) throws(NetworkError) {
    outputShape = inputShape
    guard !layers.isEmpty else { throw .noLayers(network: network) }
    guard !inputShape.isEmpty, inputShape.allSatisfy({ $0 > 0 }) else {
      throw .noSize(network: network, layer: 0, shape: inputShape)
    }
    for (index, layer) in layers.enumerated() {
      let inputs = outputShape.reduce(1, *)
      let next = try layer.outputShape(of: outputShape, network: network, index: index)
      if let columns = layer.weightColumns {
        let product = inputs.multipliedReportingOverflow(by: columns)
        guard !product.overflow, product.partialValue < 1 << 40 else {
          throw .tooLarge(network: network, layer: index, shape: [inputs, columns])
        }
        weights.append("\(index).weight", [inputs, columns])
        if layer.bias { weights.append("\(index).bias", [columns]) }
      }
      if layer.norm != nil {
        let channels = next[next.count - 1]
        weights.append("\(index).norm.weight", [channels])
        weights.append("\(index).norm.bias", [channels])
        statistics.append("\(index).norm.running_mean", [channels])
        statistics.append("\(index).norm.running_var", [channels])
      }
      outputShape = next
    }
  }
}

extension Layer {
  /// Columns of the weight, `nil` for a layer without one.
  var weightColumns: Int? {
    switch kind {
    case .dense(let units): units
    case .maxout(let units, let pieces): units * pieces
    case .dropout, .flatten, .reshape: nil
    }
  }

  /// The shape of one example after this layer.
  fileprivate func outputShape(
    of input: [Int], network: String, index: Int
  ) throws(NetworkError) -> [Int] {
    let count = input.reduce(1, *)
    switch kind {
    case .dense(let units):
      guard units > 0 else { throw .noSize(network: network, layer: index, shape: [units]) }
      return [units]
    case .maxout(let units, let pieces):
      guard units > 0, pieces > 0 else {
        throw .noSize(network: network, layer: index, shape: [pieces, units])
      }
      guard !units.multipliedReportingOverflow(by: pieces).overflow else {
        throw .tooLarge(network: network, layer: index, shape: [pieces, units])
      }
      return [units]
    case .dropout(let probability):
      guard probability >= 0, probability < 1 else {
        throw .probability(network: network, layer: index, value: probability)
      }
      return input
    case .flatten: return [count]
    case .reshape(let shape):
      guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }) else {
        throw .noSize(network: network, layer: index, shape: shape)
      }
      guard shape.count <= 8, shape.reduce(1.0, { $0 * Double($1) }) == Double(count) else {
        throw .shapesDiffer(network: network, layer: index, input: input, wanted: shape)
      }
      return shape
    }
  }
}
