/// Pictures taken apart by scale: differences of neighbouring blurs, down to a coarse rest.
///
/// P. Burt, E. Adelson, "The Laplacian pyramid as a compact image code", 1983, with the kernel
/// [1 4 6 4 1] / 16 in both directions, mirrored at the edge pixels, as in T. Karras and others,
/// "Progressive growing of GANs", 2018.
struct LaplacianPyramid: Sendable {
  /// All pictures at one scale.
  struct Level: Sendable {
    /// Width and height.
    let side: Int
    let channels: Int
    /// Pictures one after the other, NHWC.
    var values: [Float]

    var pictureSize: Int { side * side * channels }
  }

  /// Width and height of the coarsest level, and so the smallest that pictures are padded to.
  static let smallestSide = 16

  /// The finest first.
  let levels: [Level]

  /// The side that pictures are padded to: 16 · 2ᵏ, at least their longer one.
  static func paddedSide(height: Int, width: Int) -> Int {
    var side = smallestSide
    while side < max(height, width) { side *= 2 }
    return side
  }

  /// Takes pictures apart.
  ///
  /// - Parameters:
  ///   - pictures: NHWC, one after the other.
  ///   - black: what surrounds a picture that is smaller than the padded side.
  init(
    _ pictures: ArraySlice<Float>, height: Int, width: Int, channels: Int, black: Float
  ) {
    let side = Self.paddedSide(height: height, width: width)
    let count = pictures.count / (height * width * channels)
    var sizes: [Int] = []
    var size = side
    while size >= Self.smallestSide {
      sizes.append(size)
      size /= 2
    }
    var levels = sizes.map { side in
      Level(
        side: side, channels: channels,
        values: [Float](repeating: 0, count: count * side * side * channels))
    }
    let (top, left) = ((side - height) / 2, (side - width) / 2)
    var place = pictures.startIndex
    for picture in 0..<count {
      var current = Plane(side: side, channels: channels, value: black)
      for row in 0..<height {
        let start = ((top + row) * side + left) * channels
        for column in 0..<width * channels {
          current.values[start + column] = pictures[place]
          place += 1
        }
      }
      for level in levels.indices.dropLast() {
        let coarse = current.halved
        levels[level].store(current.minus(coarse.doubled), at: picture)
        current = coarse
      }
      levels[levels.count - 1].store(current, at: picture)
    }
    self.levels = levels
  }
}

extension LaplacianPyramid.Level {
  fileprivate mutating func store(_ plane: Plane, at picture: Int) {
    let start = picture * pictureSize
    for place in 0..<pictureSize { values[start + place] = plane.values[place] }
  }
}

/// One square picture.
private struct Plane {
  let side: Int
  let channels: Int
  var values: [Float]

  init(side: Int, channels: Int, value: Float) {
    self.side = side
    self.channels = channels
    values = [Float](repeating: value, count: side * side * channels)
  }

  func minus(_ other: Plane) -> Plane {
    var difference = self
    for place in values.indices { difference.values[place] -= other.values[place] }
    return difference
  }

  /// Blurred, then every second pixel of every second row.
  var halved: Plane {
    let rows = filteredRows(from: side, to: side / 2) { values, out in
      for pixel in 0..<side / 2 {
        let at = 2 * pixel
        out(
          pixel,
          (values(mirrored(at - 2)) + values(mirrored(at + 2)) + 6 * values(at)
            + 4 * (values(mirrored(at - 1)) + values(mirrored(at + 1)))) / 16)
      }
    }
    return rows
  }

  /// Zeros between the pixels, then blurred with four times the kernel.
  var doubled: Plane {
    filteredRows(from: side, to: side * 2) { values, out in
      // At even places the kernel's outer and middle weights meet pixels, at odd ones the other two.
      for pixel in 0..<side {
        let next = pixel + 1 < side ? pixel + 1 : side - 1
        let previous = pixel > 0 ? pixel - 1 : min(1, side - 1)
        // The mirror of place 2·side is 2·side − 2, the last pixel itself.
        out(2 * pixel, (values(previous) + values(next) + 6 * values(pixel)) / 8)
        out(2 * pixel + 1, (values(pixel) + values(next)) / 2)
      }
    }
  }

  /// The place whose pixel stands for one beyond an edge: mirrored about the edge pixel.
  private func mirrored(_ place: Int) -> Int {
    place < 0 ? -place : place >= side ? 2 * side - 2 - place : place
  }

  /// Applies a filter of lines to the rows, then to the columns.
  private func filteredRows(
    from: Int, to: Int, _ filter: (_ values: (Int) -> Float, _ out: (Int, Float) -> Void) -> Void
  ) -> Plane {
    var between = [Float](repeating: 0, count: from * to * channels)
    var result = Plane(side: to, channels: channels, value: 0)
    for channel in 0..<channels {
      for row in 0..<from {
        filter(
          { values[(row * from + $0) * channels + channel] },
          { between[(row * to + $0) * channels + channel] = $1 })
      }
      for column in 0..<to {
        filter(
          { between[($0 * to + column) * channels + channel] },
          { result.values[($0 * to + column) * channels + channel] = $1 })
      }
    }
    return result
  }
}
