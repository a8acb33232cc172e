import Pictures
import Testing

@Suite("Pictures brought to a square")
struct ResizingTests {
  private static func gray(_ width: Int, _ bytes: [UInt8]) -> Picture {
    Picture(width: width, height: bytes.count / width, colors: .gray, bytes: bytes)
  }

  @Test("a square of the right size stays as it is")
  func same() {
    let bytes = (0..<6 * 6 * 3).map { UInt8(truncatingIfNeeded: $0 &* 91) }
    let picture = Picture(width: 6, height: 6, colors: .rgb, bytes: bytes)
    #expect(picture.square(side: 6) == picture)
  }

  @Test("half the side is the mean of four pixels, half up")
  func half() {
    let picture = Self.gray(4, [0, 1, 10, 20, 1, 0, 30, 40, 255, 255, 0, 0, 255, 255, 0, 3])
    // Means 0.5, 25, 255, 0.75.
    #expect(picture.square(side: 2).bytes == [1, 25, 255, 1])
  }

  @Test("the middle is kept: an odd margin is cut at the right and the bottom")
  func crop() {
    #expect(Self.gray(5, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).square(side: 2).bytes == [2, 3, 7, 8])
    #expect(Self.gray(1, [1, 2, 3, 4]).square(side: 1).bytes == [2])
  }

  @Test("the whole picture is brought to any width and height")
  func rectangle() {
    let picture = Self.gray(4, [0, 2, 4, 6, 10, 12, 14, 16])
    #expect(picture.resized(width: 2, height: 1).bytes == [6, 10])
    #expect(picture.resized(width: 4, height: 2) == picture)
    let wide = picture.resized(width: 1, height: 4)
    #expect((wide.width, wide.height) == (1, 4) && wide.bytes == [3, 3, 13, 13])
    let square = Self.gray(2, [1, 2, 3, 4])
    #expect(square.resized(width: 3, height: 3) == square.square(side: 3))
  }

  @Test("each new pixel is the exact mean of its area", arguments: [1, 2, 3, 4, 5, 7, 8, 12])
  func area(side: Int) {
    let edge = 7
    let bytes = (0..<edge * edge * 3).map { UInt8(truncatingIfNeeded: $0 &* 57 &+ $0 / 11) }
    let square = Picture(width: edge, height: edge, colors: .rgb, bytes: bytes).square(side: side)
    for (y, x, channel) in [(0, 0, 0), (side - 1, side / 2, 1), (side / 2, side - 1, 2)] {
      var sum = 0.0
      for row in 0..<edge {
        for column in 0..<edge {
          let (tall, wide) = (
            Self.overlap(row, y, edge: edge, side: side),
            Self.overlap(column, x, edge: edge, side: side)
          )
          sum += tall * wide * Double(bytes[(row * edge + column) * 3 + channel])
        }
      }
      let mean = sum * Double(side * side) / Double(edge * edge)
      let value = Double(square.bytes[(y * side + x) * 3 + channel])
      #expect(abs(value - mean) <= 0.5 + 1e-9)
    }
  }

  /// The part of an old pixel's side that a new pixel covers.
  private static func overlap(_ old: Int, _ new: Int, edge: Int, side: Int) -> Double {
    let length = Double(edge) / Double(side)
    let (start, end) = (Double(new) * length, Double(new + 1) * length)
    return max(0, min(end, Double(old + 1)) - max(start, Double(old)))
  }

  @Test("gray and colour turn into one another")
  func colors() {
    let picture = Picture(
      width: 3, height: 1, colors: .rgb, bytes: [255, 255, 255, 255, 0, 0, 10, 20, 30])
    // 0.299 · 255 = 76.245; 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15.
    let gray = picture.converted(to: .gray)
    #expect(gray.bytes == [255, 76, 18] && gray.colors == .gray)
    #expect(gray.converted(to: .rgb).bytes == [255, 255, 255, 76, 76, 76, 18, 18, 18])
    #expect(picture.converted(to: .rgb) == picture)
  }
}
