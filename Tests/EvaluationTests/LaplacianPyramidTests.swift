import Testing

@testable import Evaluation

@Suite("The Laplacian pyramid")
struct LaplacianPyramidTests {
  @Test(
    "pictures are padded to 16 · 2ᵏ and taken apart down to 16",
    arguments: [
      (8, 8, [16]), (16, 16, [16]), (28, 28, [32, 16]), (20, 33, [64, 32, 16]),
      (64, 64, [64, 32, 16]),
    ])
  func sides(height: Int, width: Int, sides: [Int]) {
    let pyramid = LaplacianPyramid(
      [Float](repeating: 1, count: 2 * height * width * 3)[...], height: height, width: width,
      channels: 3, black: -1)
    #expect(pyramid.levels.map(\.side) == sides)
    #expect(pyramid.levels.map(\.values.count) == sides.map { $0 * $0 * 6 })
  }

  @Test("a plain picture is all in the coarse rest")
  func plain() {
    let pyramid = LaplacianPyramid(
      [Float](repeating: 0.5, count: 1024)[...], height: 32, width: 32, channels: 1, black: 0)
    #expect(pyramid.levels[0].values.allSatisfy { $0 == 0 })
    #expect(pyramid.levels[1].values.allSatisfy { $0 == 0.5 })
  }

  @Test("a ramp gives what numpy gives, the mirrored edges among it")
  func ramp() {
    let ramp = (0..<1024).map { Float($0 % 32) }
    let levels = LaplacianPyramid(ramp[...], height: 32, width: 32, channels: 1, black: 0).levels
    let fine = Array(levels[0].values[320..<352])
    #expect(fine.prefix(3) == [-1.0625, -0.375, -0.09375])
    #expect(fine[3..<28].allSatisfy { $0 == 0 })
    #expect(fine.suffix(4) == [0.015625, 0.0625, 0.359375, 1.125])
    let coarse = Array(levels[1].values[32..<48])
    #expect(coarse == [0.75] + (1..<15).map { Float(2 * $0) } + [29.875])
    // Along the other side the same.
    let turned = (0..<1024).map { Float($0 / 32) }
    let other = LaplacianPyramid(turned[...], height: 32, width: 32, channels: 1, black: 0).levels
    #expect((0..<32).map { other[0].values[$0 * 32 + 10] } == fine)
  }

  @Test("channels do not meet")
  func channels() {
    // Red holds a ramp, green is black, blue is plain.
    let values = (0..<1024).flatMap { [Float($0 % 32), 0, 7] as [Float] }
    let levels = LaplacianPyramid(values[...], height: 32, width: 32, channels: 3, black: 0).levels
    let alone = LaplacianPyramid(
      (0..<1024).map { Float($0 % 32) }[...], height: 32, width: 32, channels: 1, black: 0)
    for (level, single) in zip(levels, alone.levels) {
      let pixels = level.values.count / 3
      #expect((0..<pixels).map { level.values[3 * $0] } == single.values)
      #expect((0..<pixels).allSatisfy { level.values[3 * $0 + 1] == 0 })
    }
    #expect((0..<256).allSatisfy { levels[1].values[3 * $0 + 2] == 7 })
  }
}
