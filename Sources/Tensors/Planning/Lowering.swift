/// Rewrites a graph's convolutions, and its sums over large matrices, into what there are kernels for.
///
/// Which way a convolution goes: a product, where one window covers the picture or a pixel; columns, where
/// a side of few channels would be padded to whole registers; else oneDNN, or columns where that has
/// only reference code. A weight is laid out for oneDNN once in a segment, for all its uses.
struct Lowering {
  let graph: Graph
  let sharding: Sharding
  private var nodes: [Node] = []
  /// Where the graph's nodes went.
  private var places: [Int] = []
  /// Weights in the formats made so far.
  private var laid: [LaidWeight: [(descriptor: ConvolutionDescriptor, node: Int)]] = [:]
  private var swapped: [LaidWeight: Int] = [:]

  /// A weight as a segment sees it: a slot's matrix changes between segments.
  private struct LaidWeight: Hashable {
    let weight: Int
    let segment: Int
  }

  /// The graph without convolutions and without sums over large matrices; itself where it has none.
  ///
  /// - Throws: `MemoryError` where a convolution's columns find no room.
  static func lowered(
    _ graph: Graph, for sharding: Sharding
  ) throws(MemoryError) -> Graph {
    var lowering = Lowering(graph: graph, sharding: sharding)
    let hasWork = graph.nodes.contains {
      if case .convolution = $0.operation { true } else { lowering.isLargeSum($0) }
    }
    guard hasWork else { return graph }
    try lowering.rewrite()
    return Graph(graph, nodes: lowering.nodes, places: lowering.places)
  }

  private init(graph: Graph, sharding: Sharding) {
    self.graph = graph
    self.sharding = sharding
  }

  private mutating func rewrite() throws(MemoryError) {
    let needed = neededNodes()
    for (index, node) in graph.nodes.enumerated() {
      let operands = node.operands.map { places[$0] }
      if case .convolution(let part, let geometry) = node.operation, needed[index] {
        places.append(try lower(node, part, geometry, operands))
      } else if isLargeSum(node), needed[index] {
        places.append(lowerSum(node, operands[0]))
      } else {
        places.append(
          append(node.operation, operands, node.rows, node.columns, node.segment))
      }
    }
  }

  /// Nodes that an output or an assignment depends on: descriptors take time to make.
  private func neededNodes() -> [Bool] {
    var needed = [Bool](repeating: false, count: graph.nodes.count)
    for case (_, .node(let index)) in graph.outputs { needed[index] = true }
    for assignment in graph.assignments { needed[assignment.value] = true }
    for index in needed.indices.reversed() where needed[index] {
      for operand in graph.nodes[index].operands { needed[operand] = true }
    }
    return needed
  }

  private mutating func append(
    _ operation: Operation, _ operands: [Int], _ rows: Rows, _ columns: Int, _ segment: Int
  ) -> Int {
    nodes.append(
      Node(
        operation: operation, operands: operands, rows: rows, columns: columns,
        segment: segment))
    return nodes.count - 1
  }

  private mutating func lower(
    _ node: Node, _ part: ConvolutionPart, _ geometry: Convolution, _ operands: [Int]
  ) throws(MemoryError) -> Int {
    if geometry.isPixelwise { return lowerPixelwise(node, part, geometry, operands) }
    if geometry.coversPicture { return lowerCovering(node, part, geometry, operands) }
    if !geometry.prefersColumns(part) {
      let rows = laneRows(of: operands[0])
      if let convolutions = LaneConvolutions(part, geometry, rows: rows) {
        return lowerToLibrary(node, part, geometry, convolutions, operands)
      }
    }
    return try lowerToColumns(node, part, geometry, operands)
  }

  /// Whether a sum over rows is of a matrix that runs by tiles.
  private func isLargeSum(_ node: Node) -> Bool {
    guard case .sumRows = node.operation, node.columns > 1 else { return false }
    let rows = graph.nodes[node.operands[0]].rows
    return rows.isBatch
      && rows.count(units: sharding.units) * node.columns / sharding.shards >= TileGroup.least
  }

  /// Each lane sums its own rows, while they are in its cache; then the lanes' sums are added in order.
  private mutating func lowerSum(_ node: Node, _ operand: Int) -> Int {
    let lanes = laneRows(of: operand).count { $0 > 0 }
    let shares = append(
      .lowered(.sumOwnRows), [operand], .fixed(lanes), node.columns, node.segment)
    return append(.lowered(.sumLanes), [shares], node.rows, node.columns, node.segment)
  }

  private func laneRows(of node: Int) -> [Int] {
    (0..<sharding.shards).map { nodes[node].rows.count(units: sharding.units(of: $0).count) }
  }
}

// MARK: - Products

extension Lowering {
  /// A kernel of one pixel: a product over pixels.
  private mutating func lowerPixelwise(
    _ node: Node, _ part: ConvolutionPart, _ geometry: Convolution, _ operands: [Int]
  ) -> Int {
    let isTransposed = geometry.weightLayout == .outputInput
    let segment = node.segment
    let first = pixels(
      operands[0], part == .data ? geometry.outputChannels : geometry.channels, segment)
    switch part {
    case .forward, .data:
      let transposeB = (part == .data) != isTransposed
      let columns = part == .data ? geometry.channels : geometry.outputChannels
      let product = append(
        .product(transposeA: false, transposeB: transposeB), [first, operands[1]],
        nodes[first].rows, columns, segment)
      return append(.reshape, [product], node.rows, node.columns, segment)
    case .weight:
      let second = pixels(operands[1], geometry.outputChannels, segment)
      return append(
        .product(transposeA: true, transposeB: false),
        isTransposed ? [second, first] : [first, second], node.rows, node.columns, segment)
    }
  }

  /// Pictures as rows of a pixel each.
  private mutating func pixels(_ node: Int, _ channels: Int, _ segment: Int) -> Int {
    guard case .batch(let perUnit) = nodes[node].rows, nodes[node].columns > channels else {
      return node
    }
    return append(
      .reshape, [node], .batch(perUnit: perUnit * nodes[node].columns / channels), channels,
      segment)
  }

  /// A window that covers the whole picture: a product over pictures.
  private mutating func lowerCovering(
    _ node: Node, _ part: ConvolutionPart, _ geometry: Convolution, _ operands: [Int]
  ) -> Int {
    switch part {
    case .forward, .data:
      let weight = weight(operands[1], geometry, as: .inputOutput, node.segment)
      let matrix = append(
        .reshape, [weight], .fixed(geometry.dataCount), geometry.outputChannels, node.segment)
      return append(
        .product(transposeA: false, transposeB: part == .data), [operands[0], matrix],
        node.rows, node.columns, node.segment)
    case .weight:
      let product = append(
        .product(transposeA: true, transposeB: false), operands, .fixed(geometry.dataCount),
        geometry.outputChannels, node.segment)
      return plain(product, geometry, from: .inputOutput, node)
    }
  }
}

// MARK: - Columns and oneDNN

extension Lowering {
  private mutating func lowerToColumns(
    _ node: Node, _ part: ConvolutionPart, _ geometry: Convolution, _ operands: [Int]
  ) throws(MemoryError) -> Int {
    let columns = try ColumnConvolution(geometry)
    switch part {
    case .forward, .data:
      let weight = weight(operands[1], geometry, as: columns.weightLayout, node.segment)
      let isWide = (part == .forward) == (columns.narrow == .data)
      return append(
        .lowered(isWide ? .columnsToWide(columns) : .columnsToNarrow(columns)),
        [operands[0], weight], node.rows, node.columns, node.segment)
    case .weight:
      let sides = columns.narrow == .data ? operands : operands.reversed()
      let shares = eachLane(.columnsWeight(columns), sides, geometry, node.segment)
      let inner = columns.narrow == .data ? geometry.channels : geometry.outputChannels
      let rows = geometry.kernel * geometry.kernel * inner
      let sum = append(
        .lowered(.sumLanes), [shares], .fixed(rows), nodes[shares].columns / rows,
        node.segment)
      return plain(sum, geometry, from: columns.weightLayout, node)
    }
  }

  private mutating func lowerToLibrary(
    _ node: Node, _ part: ConvolutionPart, _ geometry: Convolution,
    _ convolutions: LaneConvolutions, _ operands: [Int]
  ) -> Int {
    guard part != .weight else {
      let shares = eachLane(.libraryWeight(convolutions), operands, geometry, node.segment)
      return append(.lowered(.sumLanes), [shares], node.rows, node.columns, node.segment)
    }
    var laidWeights: [Int] = []
    let weights = convolutions.lanes.map { descriptor -> Int in
      guard let descriptor else { return 0 }
      let laid = laidWeight(operands[1], descriptor, node.segment)
      if let place = laidWeights.firstIndex(of: laid) { return place + 1 }
      laidWeights.append(laid)
      return laidWeights.count
    }
    return append(
      .lowered(.library(part, convolutions, weights: weights)), [operands[0]] + laidWeights,
      node.rows, node.columns, node.segment)
  }

  private mutating func eachLane(
    _ operation: LoweredConvolution, _ operands: [Int], _ geometry: Convolution,
    _ segment: Int
  ) -> Int {
    let lanes = laneRows(of: operands[0]).count { $0 > 0 }
    return append(
      .lowered(operation), operands, .fixed(lanes),
      geometry.weightRows * geometry.weightColumns, segment)
  }

  /// A weight in a descriptor's format.
  private mutating func laidWeight(
    _ weight: Int, _ descriptor: ConvolutionDescriptor, _ segment: Int
  ) -> Int {
    let key = LaidWeight(weight: weight, segment: segment)
    if let known = laid[key]?.first(where: { $0.descriptor.sharesWeight(with: descriptor) }) {
      return known.node
    }
    let node = append(
      .lowered(.layWeight(descriptor)), [weight], .fixed(1), descriptor.laidCount, segment)
    laid[key, default: []].append((descriptor, node))
    return node
  }

  /// A weight in a plain layout.
  private mutating func weight(
    _ weight: Int, _ geometry: Convolution, as layout: Convolution.WeightLayout,
    _ segment: Int
  ) -> Int {
    if geometry.weightLayout == layout { return weight }
    let key = LaidWeight(weight: weight, segment: segment)
    if let known = swapped[key] { return known }
    let node = swap(weight, geometry, from: geometry.weightLayout, segment)
    swapped[key] = node
    return node
  }

  /// A gradient in a plain layout as the weight's own.
  private mutating func plain(
    _ gradient: Int, _ geometry: Convolution, from layout: Convolution.WeightLayout,
    _ node: Node
  ) -> Int {
    if geometry.weightLayout == layout { return gradient }
    let swapped = swap(gradient, geometry, from: layout, node.segment)
    return append(.reshape, [swapped], node.rows, node.columns, node.segment)
  }

  /// A weight with input and output channels traded, as one row.
  private mutating func swap(
    _ weight: Int, _ geometry: Convolution, from layout: Convolution.WeightLayout,
    _ segment: Int
  ) -> Int {
    let channels = [geometry.channels, geometry.outputChannels]
    let shape =
      [geometry.kernel * geometry.kernel]
      + (layout == .inputOutput ? channels : channels.reversed())
    let count = shape.reduce(1, *)
    let row = append(.reshape, [weight], .fixed(1), count, segment)
    return append(
      .permute(Permutation(shape: shape, order: [0, 2, 1])), [row], .fixed(1), count, segment)
  }
}

extension Convolution {
  /// Whether each output is made of one pixel.
  var isPixelwise: Bool { kernel == 1 && stride == 1 && pad == 0 }

  /// Whether the only output is made of the whole picture.
  var coversPicture: Bool {
    outputHeight == 1 && outputWidth == 1 && pad == 0 && kernel == height && kernel == width
  }

  /// Whether a part goes through columns although oneDNN may have code for it.
  ///
  /// oneDNN pads the channels of a sum's result to 16. Measured for 64 pictures on one AVX-512 core: the data
  /// gradient of 64→1 channels at 28×28 takes 3.6 ms there and .42 ms in columns, a convolution of
  /// 64→3 at 32×32 18 and 4.3 ms, its weight gradient 12.3 and 4.0 ms; few channels on the other side
  /// are faster there (.31 and .37 ms).
  func prefersColumns(_ part: ConvolutionPart) -> Bool {
    (part == .data ? channels : outputChannels) <= 8
  }
}
