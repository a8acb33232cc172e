@testable import Tensors

/// A naive interpreter of a graph in Float64: loops as the definitions read, no plan, no kernels.
struct Reference {
  let graph: Graph
  let sharding: Sharding
  var seed: UInt64 = 0
  var counters: [UInt64] = []
  /// Values of inputs by node, and of slots that are to differ from what is in them.
  var leaves: [Int: [Double]] = [:]

  func rows(_ index: Int) -> Int { graph.nodes[index].rows.count(units: sharding.units) }

  /// The values of all nodes.
  func evaluate() -> [[Double]] {
    var values: [[Double]] = []
    for (index, node) in graph.nodes.enumerated() {
      let x = node.operands.map { values[$0] }
      values.append(value(index, node, x))
    }
    return values
  }

  func evaluate(_ tensor: Tensor) -> [Double] { evaluate()[tensor.index] }

  private func value(_ index: Int, _ node: Node, _ x: [[Double]]) -> [Double] {
    let (rows, columns) = (rows(index), node.columns)
    let count = rows * columns
    switch node.operation {
    case .read(let slot): return leaves[index] ?? slot.values.map(Double.init)
    case .input: return leaves[index] ?? []
    case .constant(let value): return Array(repeating: Double(value), count: count)
    case .random(let distribution, let stream, let counter):
      return random(distribution, stream, counters[counter.index], count)
    case .unary(let unary): return x[0].map { apply(unary, $0) }
    case .binary(let binary): return zip(x[0], x[1]).map { apply(binary, $0, $1) }
    case .scale(let factor): return x[0].map { $0 * Double(factor.value(units: sharding.units)) }
    case .gatherPieces(let pieces):
      return (0..<count).map { place in
        x[0][choice(x[1], place, columns: columns, pieces: pieces)]
      }
    case .scatterPieces(let pieces):
      var result = [Double](repeating: 0, count: count)
      for place in x[0].indices {
        result[choice(x[1], place, columns: columns / pieces, pieces: pieces)] = x[0][place]
      }
      return result
    case .sumRows:
      return (0..<columns).map { column in
        stride(from: column, to: x[0].count, by: columns).reduce(0) { $0 + x[0][$1] }
      }
    case .sumColumns:
      let width = x[0].count / rows
      return (0..<rows).map { row in (0..<width).reduce(0) { $0 + x[0][row * width + $1] } }
    case .broadcastRows: return (0..<count).map { x[0][$0 % columns] }
    case .broadcastColumns: return (0..<count).map { x[0][$0 / columns] }
    case .reshape, .stopGradient: return x[0]
    case .permute(let permutation): return permuted(permutation, x[0], columns: columns)
    case .concatColumns, .sliceColumns, .padColumns: return moveColumns(index, node, x)
    case .upsample(let scale): return upsampled(scale, x[0], count: count)
    case .sumPool(let scale): return pooled(scale, x[0], count: count)
    case .convolution(let part, let geometry):
      return convolution(part, geometry, x, count: count)
    case .lowered: return []
    case .concatRows, .sliceRows, .padRows: return moveRows(index, node, x)
    case .product(let transposeA, let transposeB):
      return product(node, x, rows: rows, transposeA: transposeA, transposeB: transposeB)
    }
  }

  private func random(
    _ distribution: Distribution, _ stream: UInt32, _ counter: UInt64, _ count: Int
  ) -> [Double] {
    var values = [Float](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer {
      Philox(seed: seed, stream: stream).fill($0, distribution, counter: counter)
    }
    return values.map(Double.init)
  }

  private func choice(_ values: [Double], _ place: Int, columns: Int, pieces: Int) -> Int {
    let places = (0..<pieces).map { piece in
      place / columns * columns * pieces + piece * columns + place % columns
    }
    return places.reduce(places[0]) { values[$1] > values[$0] ? $1 : $0 }
  }

  private func moveRows(_ index: Int, _ node: Node, _ x: [[Double]]) -> [Double] {
    var result: [Double] = []
    let columns = node.columns
    func shard(_ operand: Int, _ shard: Int) -> ArraySlice<Double> {
      let perUnit = rows(node.operands[operand]) / sharding.units
      let units = sharding.units(of: shard)
      let width = perUnit * columns
      return x[operand][units.lowerBound * width..<units.upperBound * width]
    }
    for part in 0..<sharding.shards {
      let own = rows(index) / sharding.units * sharding.units(of: part).count * columns
      let first = shard(0, part)
      switch node.operation {
      case .concatRows: result += first + shard(1, part)
      case .sliceRows(.first): result += first.prefix(own)
      case .sliceRows(.second): result += first.suffix(own)
      case .padRows(.first): result += first + Array(repeating: 0, count: own - first.count)
      case .padRows(.second): result += Array(repeating: 0, count: own - first.count) + first
      default: break
      }
    }
    return result
  }

  private func product(
    _ node: Node, _ x: [[Double]], rows: Int, transposeA: Bool, transposeB: Bool
  ) -> [Double] {
    let (aWidth, bWidth) = (
      graph.nodes[node.operands[0]].columns, graph.nodes[node.operands[1]].columns
    )
    let inner = transposeA ? x[0].count / aWidth : aWidth
    var result = [Double](repeating: 0, count: rows * node.columns)
    for row in 0..<rows {
      for column in 0..<node.columns {
        for k in 0..<inner {
          let a = transposeA ? x[0][k * aWidth + row] : x[0][row * aWidth + k]
          let b = transposeB ? x[1][column * bWidth + k] : x[1][k * bWidth + column]
          result[row * node.columns + column] += a * b
        }
      }
    }
    return result
  }
}
