import Tensors

extension Pass {
  /// Each pixel of `[height, width, channels]` repeated in a square.
  func upsample(_ x: Tensor, _ input: [Int], factor: Int) -> Tensor {
    if factor == 1 { return x }
    return x.upsample(height: input[0], width: input[1], channels: input[2], factor: factor)
  }

  /// The mean of each square of `[height, width, channels]`.
  func pool(_ x: Tensor, _ input: [Int], side: Int) -> Tensor {
    if side == 1 { return x }
    return x.sumPool(height: input[0], width: input[1], channels: input[2], factor: side)
      .affine(scale: Float(1 / Double(side * side)), shift: 0)
  }

  /// Channel c · factor² + i · factor + j becomes channel c of the pixel at (i, j) within a square, as in
  /// `torch.nn.PixelShuffle`.
  func shufflePixels(_ x: Tensor, _ input: [Int], factor: Int) -> Tensor {
    let channels = input[2] / (factor * factor)
    return x.permute([input[0], input[1], channels, factor, factor], [0, 3, 1, 4, 2])
  }

  /// One more channel, the same at every pixel and example of a group: the mean over pixels and
  /// channels of the standard deviation over the group.
  ///
  /// Karras and others, "Progressive growing of GANs" (2018), §3; 1e-8 beneath the root as in their
  /// code.
  func appendSpread(_ x: Tensor, _ input: [Int], group: Int) -> Tensor {
    precondition(perUnit % group == 0, "\(perUnit) examples a unit are no whole groups of \(group)")
    let (groups, size) = (perUnit / group, x.columns)
    let pixels = input.dropLast().reduce(1, *)
    // A row for each value of an example, a column for each example of the group.
    let values = x.reshape(perUnit: groups).permute([group, size], [1, 0])
      .reshape(perUnit: groups * size)
    let share = Float(1 / Double(group))
    let centered = values - values.sumColumns.affine(scale: share, shift: 0)
    let deviation = centered.square.sumColumns.affine(scale: share, shift: 1e-8).sqrt
    let spread = deviation.reshape(perUnit: groups).sumColumns
      .affine(scale: Float(1 / Double(size)), shift: 0)
    let plane = spread.broadcastColumns(to: group * pixels).reshape(perUnit: perUnit * pixels)
    return x.reshape(perUnit: perUnit * pixels).concatColumns(plane)
  }
}
