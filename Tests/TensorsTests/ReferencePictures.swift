@testable import Tensors

extension Reference {
  /// A part of a convolution: each triple of a datum, a weight and an output that belong together.
  func convolution(
    _ part: ConvolutionPart, _ g: Convolution, _ x: [[Double]], count: Int
  ) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    let pictures =
      part == .data ? x[0].count / g.outputCount : x[0].count / g.dataCount
    for picture in 0..<pictures {
      forEachTerm(g) { data, weight, output in
        let (data, output) = (picture * g.dataCount + data, picture * g.outputCount + output)
        switch part {
        case .forward: result[output] += x[0][data] * x[1][weight]
        case .data: result[data] += x[0][output] * x[1][weight]
        case .weight: result[weight] += x[0][data] * x[1][output]
        }
      }
    }
    return result
  }

  private func forEachTerm(
    _ g: Convolution, _ body: (_ data: Int, _ weight: Int, _ output: Int) -> Void
  ) {
    for oy in 0..<g.outputHeight {
      for ox in 0..<g.outputWidth {
        for ky in 0..<g.kernel {
          for kx in 0..<g.kernel {
            let (y, x) = (oy * g.stride + ky - g.pad, ox * g.stride + kx - g.pad)
            guard (0..<g.height).contains(y), (0..<g.width).contains(x) else { continue }
            for c in 0..<g.channels {
              for o in 0..<g.outputChannels {
                let tap = ky * g.kernel + kx
                let weight =
                  g.weightLayout == .inputOutput
                  ? (tap * g.channels + c) * g.outputChannels + o
                  : (tap * g.outputChannels + o) * g.channels + c
                body(
                  (y * g.width + x) * g.channels + c, weight,
                  (oy * g.outputWidth + ox) * g.outputChannels + o)
              }
            }
          }
        }
      }
    }
  }

  func upsampled(_ scale: PictureScale, _ x: [Double], count: Int) -> [Double] {
    (0..<count).map { x[small($0, scale)] }
  }

  func pooled(_ scale: PictureScale, _ x: [Double], count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for place in x.indices { result[small(place, scale)] += x[place] }
    return result
  }

  /// The small pictures' place that a place of the large ones belongs to.
  private func small(_ place: Int, _ scale: PictureScale) -> Int {
    let width = scale.width * scale.factor
    let (channel, pixel) = (place % scale.channels, place / scale.channels)
    let (x, line) = (pixel % width / scale.factor, pixel / width / scale.factor)
    return (line * scale.width + x) * scale.channels + channel
  }

  func permuted(_ permutation: Permutation, _ x: [Double], columns: Int) -> [Double] {
    let shape = permutation.shape
    let resultShape = permutation.order.map { shape[$0] }
    return x.indices.map { place in
      var (rest, index) = (place % columns, shape)
      for axis in resultShape.indices.reversed() {
        index[permutation.order[axis]] = rest % resultShape[axis]
        rest /= resultShape[axis]
      }
      let source = zip(shape, index).reduce(0) { $0 * $1.0 + $1.1 }
      return x[place / columns * columns + source]
    }
  }

  /// Columns joined, cut or padded.
  func moveColumns(_ index: Int, _ node: Node, _ x: [[Double]]) -> [Double] {
    (0..<rows(index)).flatMap { row -> [Double] in
      let parts = zip(node.operands, x).map { operand, values in
        let width = graph.nodes[operand].columns
        return Array(values[row * width..<(row + 1) * width])
      }
      switch node.operation {
      case .concatColumns: return parts[0] + parts[1]
      case .sliceColumns(let range): return Array(parts[0][range])
      case .padColumns(let range):
        var wide = [Double](repeating: 0, count: node.columns)
        wide.replaceSubrange(range, with: parts[0])
        return wide
      default: return []
      }
    }
  }
}
