/// Where a layer stands, for refusals.
struct LayerSite {
  let network: String
  /// The key behind `layers`: `1`, `1.residual.0`.
  let key: String
}

extension Layer {
  /// The weight's shape over an input, `nil` for a layer without one; its last size is the outputs.
  func weightShape(over input: [Int]) -> [Int]? {
    switch kind {
    case .dense(let units): [input.reduce(1, *), units]
    case .maxout(let units, let pieces): [input.reduce(1, *), units * pieces]
    case .convolution(let channels, let kernel, _, _),
      .transposedConvolution(let channels, let kernel, _, _, _):
      [kernel, kernel, input[input.count - 1], channels]
    default: nil
    }
  }

  /// The shape of one example after this layer.
  func outputShape(of input: [Int], at site: LayerSite) throws(NetworkError) -> [Int] {
    switch kind {
    case .dense(let units):
      try Self.check([units], at: site)
      return [units]
    case .maxout(let units, let pieces):
      try Self.check([pieces, units], at: site)
      guard !units.multipliedReportingOverflow(by: pieces).overflow else {
        throw .tooLarge(network: site.network, layer: site.key, shape: [pieces, units])
      }
      return [units]
    case .convolution(let channels, let kernel, let stride, let pad):
      try Self.check([channels, kernel, stride], at: site)
      return try convolved(input, channels, kernel: kernel, stride: stride, pad: pad, at: site)
    case .transposedConvolution(let channels, let kernel, let stride, let pad, let outputPad):
      try Self.check([channels, kernel, stride], at: site)
      guard outputPad >= 0, outputPad < stride else {
        throw .outputPad(
          network: site.network, layer: site.key, outputPad: outputPad, stride: stride)
      }
      let growth = kernel - 2 * pad + outputPad
      return try transposed(input, channels, stride: stride, growth: growth, at: site)
    case .minibatchStddev(let group):
      try Self.check([group], at: site)
      return input.dropLast() + [input[input.count - 1] + 1]
    case .dropout(let probability):
      guard probability >= 0, probability < 1 else {
        throw .probability(network: site.network, layer: site.key, value: probability)
      }
      return input
    case .residual: return input
    case .flatten: return [input.reduce(1, *)]
    case .reshape(let shape):
      try Self.check(shape, at: site)
      let count = input.reduce(1, *)
      guard shape.count <= 8, shape.reduce(1.0, { $0 * Double($1) }) == Double(count) else {
        throw .shapesDiffer(network: site.network, layer: site.key, input: input, wanted: shape)
      }
      return shape
    case .upsample, .pool, .pixelShuffle: return try resized(input, at: site)
    }
  }

  private static func check(_ sizes: [Int], at site: LayerSite) throws(NetworkError) {
    guard !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 }) else {
      throw .noSize(network: site.network, layer: site.key, shape: sizes)
    }
  }

  /// Height, width and channels of a picture.
  private func picture(
    _ input: [Int], at site: LayerSite
  ) throws(NetworkError) -> (height: Int, width: Int, channels: Int) {
    guard input.count == 3 else {
      throw .noPicture(network: site.network, layer: site.key, kind: kindName, input: input)
    }
    return (input[0], input[1], input[2])
  }

  private func convolved(
    _ input: [Int], _ channels: Int, kernel: Int, stride: Int, pad: Int, at site: LayerSite
  ) throws(NetworkError) -> [Int] {
    let (height, width, _) = try picture(input, at: site)
    guard pad >= 0, kernel <= min(height, width) + 2 * pad else {
      throw .kernelTooLarge(
        network: site.network, layer: site.key, kernel: kernel, pad: pad, input: input)
    }
    return [(height + 2 * pad - kernel) / stride + 1, (width + 2 * pad - kernel) / stride + 1]
      + [channels]
  }

  private func transposed(
    _ input: [Int], _ channels: Int, stride: Int, growth: Int, at site: LayerSite
  ) throws(NetworkError) -> [Int] {
    let (height, width, _) = try picture(input, at: site)
    let output = [(height - 1) * stride + growth, (width - 1) * stride + growth, channels]
    guard output.allSatisfy({ $0 > 0 }) else {
      throw .noPixels(network: site.network, layer: site.key, input: input, output: output)
    }
    return output
  }

  private func resized(_ input: [Int], at site: LayerSite) throws(NetworkError) -> [Int] {
    let (height, width, channels) = try picture(input, at: site)
    func divide(_ size: Int, by part: Int) throws(NetworkError) -> Int {
      try Self.check([part], at: site)
      guard size % part == 0 else {
        throw .indivisible(
          network: site.network, layer: site.key, kind: kindName, input: input, by: part)
      }
      return size / part
    }
    switch kind {
    case .upsample(let factor):
      try Self.check([factor], at: site)
      return [height * factor, width * factor, channels]
    case .pool(let side):
      return [try divide(height, by: side), try divide(width, by: side), channels]
    case .pixelShuffle(let factor):
      let parts = try divide(channels, by: factor * factor)
      return [height * factor, width * factor, parts]
    default: return input
    }
  }
}
