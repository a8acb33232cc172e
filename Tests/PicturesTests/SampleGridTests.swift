import Pictures
import Testing

@Suite("Pictures of samples")
struct SampleGridTests {
  @Test(
    "the ends of the range are black and white, and what lies beyond is cut off",
    arguments: [Float(-1)...1, 0...1])
  func range(range: ClosedRange<Float>) {
    let (low, high) = (range.lowerBound, range.upperBound)
    let picture = Picture(
      values: [low, high, low - 9, high + 9, (low + high) / 2, .nan, .infinity, -.infinity],
      height: 2, width: 4, channels: 1, range: range)
    #expect(picture.bytes == [0, 255, 0, 255, 128, 0, 255, 0])
  }

  @Test(
    "a grid is nearly square and never taller than wide",
    arguments: [(1, 1, 1), (2, 2, 1), (3, 2, 2), (5, 3, 2), (12, 4, 3), (64, 8, 8)])
  func size(count: Int, columns: Int, rows: Int) {
    let grid = Picture.grid(
      of: [Float](repeating: 1, count: count * 6), count: count, height: 3, width: 2, channels: 1,
      range: 0...1)
    #expect(grid.width == columns * 4 + 2)
    #expect(grid.height == rows * 5 + 2)
  }

  @Test("samples stand in reading order, channels last, with a gutter between")
  func places() {
    // Three samples of 1 × 2 pixels, red, green and blue.
    let values: [Float] = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1]
    let grid = Picture.grid(of: values, count: 3, height: 1, width: 2, channels: 3, range: 0...1)
    func pixel(_ x: Int, _ y: Int) -> [UInt8] {
      Array(grid.bytes[(y * grid.width + x) * 3..<(y * grid.width + x) * 3 + 3])
    }
    #expect([grid.width, grid.height] == [10, 8])
    #expect(pixel(2, 2) == [255, 0, 0] && pixel(3, 2) == [255, 0, 0])
    #expect(pixel(6, 2) == [0, 255, 0] && pixel(7, 2) == [0, 255, 0])
    #expect(pixel(2, 5) == [0, 0, 255])
    let gutter = pixel(0, 0)
    #expect(pixel(4, 2) == gutter && pixel(6, 5) == gutter && pixel(9, 7) == gutter)
  }

  @Test("fakes are drawn brighter than real points, y grows upwards, stray points are left out")
  func points() {
    let picture = Picture.points(
      real: [-0.5, -0.5], fake: [0.5, 0.5, .nan, 0, 9, 9, 0, .infinity], range: -1...1, side: 64)
    func light(_ x: Int, _ y: Int) -> Int {
      picture.bytes[(y * 64 + x) * 3..<(y * 64 + x) * 3 + 3].reduce(0) { $0 + Int($1) }
    }
    #expect(light(48, 15) > 350)
    #expect(light(16, 47) > 150 && light(16, 47) < 300)
    #expect(light(16, 15) < 100 && light(48, 47) < 100)
    let bright = (0..<64 * 64).count { light($0 % 64, $0 / 64) > 350 }
    #expect(bright == 1)
  }
}
