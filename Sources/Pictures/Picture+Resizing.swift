extension Picture {
  /// The largest square in the middle, brought to `side` × `side` pixels.
  ///
  /// Each new pixel is the mean of the area it covers, in whole numbers and rounded once: the same bytes
  /// on any machine. A smaller picture is enlarged by the same rule. Where a margin is odd, the pixel more
  /// is cut off at the right or the bottom.
  ///
  /// - Parameter side: from 1 to 4096.
  package func square(side: Int) -> Picture {
    let edge = min(width, height)
    return resized(
      from: Part(left: (width - edge) / 2, top: (height - edge) / 2, width: edge, height: edge),
      width: side, height: side)
  }

  /// The whole picture, brought to so many pixels by the same rule as ``square(side:)``.
  ///
  /// - Parameters:
  ///   - newWidth: from 1 to 4096.
  ///   - newHeight: from 1 to 4096.
  package func resized(width newWidth: Int, height newHeight: Int) -> Picture {
    resized(
      from: Part(left: 0, top: 0, width: width, height: height), width: newWidth, height: newHeight)
  }

  /// A rectangle of pixels.
  private struct Part {
    let left: Int
    let top: Int
    let width: Int
    let height: Int
  }

  private func resized(from part: Part, width newWidth: Int, height newHeight: Int) -> Picture {
    let sides = 1...4096
    precondition(
      sides.contains(newWidth) && sides.contains(newHeight), "a side has 1 to 4096 pixels")
    let channels = colors.rawValue
    // Along a side, in units of one part of an old pixel in as many as there are new ones, an old pixel
    // is as long as there are new ones, and a new one as there are old ones; a new pixel's weights add
    // up to the old area, and 255 areas of `mostPixels` fit 64 bits.
    let across = Self.shares(edge: part.width, side: newWidth)
    let down = Self.shares(edge: part.height, side: newHeight)
    var sums = [UInt64](repeating: 0, count: newWidth * newHeight * channels)
    var row = [UInt64](repeating: 0, count: newWidth * channels)
    var next = 0
    bytes.withUnsafeBufferPointer { bytes in
      for y in 0..<part.height {
        for place in row.indices { row[place] = 0 }
        let first = ((part.top + y) * width + part.left) * channels
        for share in across {
          for channel in 0..<channels {
            let value = UInt64(bytes[first + share.old * channels + channel])
            row[share.new * channels + channel] += value * share.weight
          }
        }
        while next < down.count, down[next].old == y {
          let share = down[next]
          let start = share.new * newWidth * channels
          for place in row.indices { sums[start + place] += row[place] * share.weight }
          next += 1
        }
      }
    }
    let area = UInt64(part.width) * UInt64(part.height)
    return Picture(
      width: newWidth, height: newHeight, colors: colors,
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
