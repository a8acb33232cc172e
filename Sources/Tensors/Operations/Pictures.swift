/// Pictures [height, width, channels], and the same at `factor` times the height and width.
struct PictureScale: Hashable {
  let height: Int
  let width: Int
  let channels: Int
  let factor: Int

  var smallCount: Int { height * width * channels }
  var largeCount: Int { smallCount * factor * factor }
}

extension Tensor {
  /// Each pixel of each row's picture `[height, width, channels]` repeated to a square of
  /// `factor` · `factor`: up-sampling to the nearest.
  package func upsample(height: Int, width: Int, channels: Int, factor: Int) -> Tensor {
    let scale = PictureScale(height: height, width: width, channels: channels, factor: factor)
    precondition(
      factor > 0 && columns == scale.smallCount,
      "\(shape) is no batch of pictures [\(height), \(width), \(channels)]")
    if factor == 1 { return self }
    return graph.append(.upsample(scale), [self], rows: rows, columns: scale.largeCount)
  }

  /// The sums over squares of `factor` · `factor` of each row's picture `[height, width, channels]`; a mean
  /// is this over factor².
  package func sumPool(height: Int, width: Int, channels: Int, factor: Int) -> Tensor {
    precondition(
      factor > 0 && height % factor == 0 && width % factor == 0,
      "[\(height), \(width)] does not fall into squares of \(factor)")
    let scale = PictureScale(
      height: height / factor, width: width / factor, channels: channels, factor: factor)
    precondition(
      columns == scale.largeCount,
      "\(shape) is no batch of pictures [\(height), \(width), \(channels)]")
    if factor == 1 { return self }
    return graph.append(.sumPool(scale), [self], rows: rows, columns: scale.smallCount)
  }
}

extension Graph {
  func scaleDerivative(of node: Node, adjoint: Tensor) -> Tensor? {
    switch node.operation {
    case .upsample(let scale):
      adjoint.sumPool(
        height: scale.height * scale.factor, width: scale.width * scale.factor,
        channels: scale.channels, factor: scale.factor)
    case .sumPool(let scale):
      adjoint.upsample(
        height: scale.height, width: scale.width, channels: scale.channels,
        factor: scale.factor)
    default: nil
    }
  }
}
