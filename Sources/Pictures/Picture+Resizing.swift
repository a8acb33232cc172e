extension Picture {
  /// The largest square in the middle, brought to `side` × `side` pixels.
  ///
  /// Each new pixel is the mean of the area it covers, in whole numbers and rounded once: the same bytes
  /// on any machine. A smaller picture is enlarged by the same rule. Where a margin is odd, the pixel more
  /// is cut off at the right or the bottom.
  ///
  /// - Parameter side: from 1 to 4096.
  package func square(side: Int) -> Picture {
    precondition((1...4096).contains(side), "a side has 1 to 4096 pixels")
    let edge = min(width, height)
    let (left, top) = ((width - edge) / 2, (height - edge) / 2)
    let channels = colors.rawValue
    // In units of 1 / side of an old pixel, an old pixel is `side` long and a new one `edge`; a new
    // pixel's weights add up to edge², and 255 edge² fits 64 bits for any edge below 2²⁷.
    let shares = Self.shares(edge: edge, side: side)
    var sums = [UInt64](repeating: 0, count: side * side * channels)
    var row = [UInt64](repeating: 0, count: side * channels)
    var next = 0
    bytes.withUnsafeBufferPointer { bytes in
      for y in 0..<edge {
        for place in row.indices { row[place] = 0 }
        let first = ((top + y) * width + left) * channels
        for share in shares {
          for channel in 0..<channels {
            let value = UInt64(bytes[first + share.old * channels + channel])
            row[share.new * channels + channel] += value * share.weight
          }
        }
        while next < shares.count, shares[next].old == y {
          let share = shares[next]
          let start = share.new * side * channels
          for place in row.indices { sums[start + place] += row[place] * share.weight }
          next += 1
        }
      }
    }
    let area = UInt64(edge) * UInt64(edge)
    return Picture(
      width: side, height: side, colors: colors,
      bytes: sums.map { UInt8(($0 + area / 2) / area) })
  }

  /// How much of an old pixel a new one covers, along one side.
  private struct Share {
    let old: Int
    let new: Int
    let weight: UInt64
  }

  /// All of them, the old pixels in their order.
  private static func shares(edge: Int, side: Int) -> [Share] {
    var shares: [Share] = []
    var (old, new, start) = (0, 0, 0)
    while old < edge {
      let end = min((old + 1) * side, (new + 1) * edge)
      shares.append(Share(old: old, new: new, weight: UInt64(end - start)))
      start = end
      if end == (old + 1) * side { old += 1 }
      if end == (new + 1) * edge { new += 1 }
    }
    return shares
  }

  /// The picture in other colours: gray by the weights of ITU-R BT.601, or the same gray thrice.
  package func converted(to other: Colors) -> Picture {
    switch (colors, other) {
    case (.gray, .gray), (.rgb, .rgb): return self
    case (.gray, .rgb):
      return Picture(
        width: width, height: height, colors: .rgb, bytes: bytes.flatMap { [$0, $0, $0] })
    case (.rgb, .gray):
      let gray = stride(from: 0, to: bytes.count, by: 3).map { first in
        let (red, green, blue) = (Int(bytes[first]), Int(bytes[first + 1]), Int(bytes[first + 2]))
        return UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
      }
      return Picture(width: width, height: height, colors: .gray, bytes: gray)
    }
  }
}
