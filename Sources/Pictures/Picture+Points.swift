extension Picture {
  /// Points of the plane: real ones dim and behind, fakes bright, with the axes through 0.
  ///
  /// - Parameters:
  ///   - real: x and y of each point in turn.
  ///   - fake: the same; points that are not finite or lie outside are left out.
  ///   - range: what both axes show; y grows upwards.
  ///   - side: pixels of each side.
  package static func points(
    real: [Float], fake: [Float], range: ClosedRange<Float>, side: Int = 512
  ) -> Picture {
    precondition(range.lowerBound < range.upperBound, "the axes' range is empty")
    var picture = Picture(
      width: side, height: side, colors: .rgb, background: [16, 18, 24])
    let plane = Plane(range: range, side: side)
    if range.contains(0) {
      let middle = plane.pixel(0)
      for step in 0..<side {
        picture.mix([48, 52, 62], at: (step, side - 1 - middle), share: 255)
        picture.mix([48, 52, 62], at: (middle, step), share: 255)
      }
    }
    picture.draw(real, on: plane, color: [92, 120, 150], share: 150)
    picture.draw(fake, on: plane, color: [255, 176, 64], share: 200)
    return picture
  }

  /// Where numbers lie on the picture's axes.
  private struct Plane {
    let range: ClosedRange<Float>
    let side: Int

    func pixel(_ value: Float) -> Int {
      let part = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      return min(side - 1, Int(part * Float(side)))
    }
  }

  private mutating func draw(_ points: [Float], on plane: Plane, color: [UInt8], share: Int) {
    for point in stride(from: 0, to: points.count - 1, by: 2) {
      let (x, y) = (points[point], points[point + 1])
      guard plane.range.contains(x), plane.range.contains(y) else { continue }
      let centre = (plane.pixel(x), side(of: plane) - plane.pixel(y))
      // A plus of 3 × 3, its arms half as strong: one point stays visible, many still add up.
      for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
        mix(
          color, at: (centre.0 + dx, centre.1 + dy), share: dx == 0 && dy == 0 ? share : share / 2)
      }
    }
  }

  private func side(of plane: Plane) -> Int { plane.side - 1 }

  /// Moves a pixel towards a colour by `share` / 255 of the way.
  private mutating func mix(_ color: [UInt8], at place: (x: Int, y: Int), share: Int) {
    guard (0..<width).contains(place.x), (0..<height).contains(place.y) else { return }
    let first = (place.y * width + place.x) * 3
    for channel in 0..<3 {
      let old = Int(bytes[first + channel])
      bytes[first + channel] = UInt8(old + (Int(color[channel]) - old) * share / 255)
    }
  }
}
