extension Picture {
  /// One picture of samples.
  ///
  /// - Parameters:
  ///   - values: height × width × channels numbers (NHWC, one sample); 1 or 3 channels.
  ///   - range: the values of black and white; what lies beyond is cut off, NaN is drawn black.
  package init(
    values: some RandomAccessCollection<Float>, height: Int, width: Int, channels: Int,
    range: ClosedRange<Float>
  ) {
    precondition(channels == 1 || channels == 3, "a picture has 1 or 3 channels, not \(channels)")
    precondition(values.count == height * width * channels, "not one value a pixel and channel")
    self.init(
      width: width, height: height, colors: channels == 1 ? .gray : .rgb,
      bytes: values.map { Self.byte($0, in: range) })
  }

  /// Samples side by side, nearly square, row by row from the top left, 2 pixels apart.
  ///
  /// - Parameters:
  ///   - values: count × height × width × channels numbers (NHWC).
  ///   - range: the values of black and white.
  package static func grid(
    of values: some RandomAccessCollection<Float>, count: Int, height: Int, width: Int,
    channels: Int, range: ClosedRange<Float>
  ) -> Picture {
    precondition(count > 0 && values.count == count * height * width * channels, "no whole samples")
    let columns = columns(of: count)
    let rows = (count + columns - 1) / columns
    let colors: Colors = channels == 1 ? .gray : .rgb
    var picture = Picture(
      width: columns * (width + gutter) + gutter, height: rows * (height + gutter) + gutter,
      colors: colors, background: Array(repeating: 32, count: channels))
    let size = height * width * channels
    for sample in 0..<count {
      let first = values.index(values.startIndex, offsetBy: sample * size)
      let tile = Picture(
        values: values[first..<values.index(first, offsetBy: size)], height: height, width: width,
        channels: channels, range: range)
      picture.place(
        tile, x: gutter + sample % columns * (width + gutter),
        y: gutter + sample / columns * (height + gutter))
    }
    return picture
  }

  private static let gutter = 2

  /// The smallest number of columns that makes no fewer columns than rows.
  private static func columns(of count: Int) -> Int {
    var columns = 1
    while columns * columns < count { columns += 1 }
    return columns
  }

  private mutating func place(_ tile: Picture, x: Int, y: Int) {
    let channels = colors.rawValue
    for row in 0..<tile.height {
      let from = row * tile.width * channels
      let to = ((y + row) * width + x) * channels
      bytes.replaceSubrange(
        to..<to + tile.width * channels, with: tile.bytes[from..<from + tile.width * channels])
    }
  }

  private static func byte(_ value: Float, in range: ClosedRange<Float>) -> UInt8 {
    let part = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    guard part > 0 else { return 0 }
    return part >= 1 ? 255 : UInt8((part * 255).rounded())
  }
}
