import Datasets
import Foundation
import TestSupport
import Testing

@testable import Evaluation

/// Fashion-MNIST, read once.
private let fashion = Result {
  try FashionMNIST(folder: FashionMNIST.packagedFolder, range: -1...1)
}

private let count = SlicedWasserstein.quickCount

/// The first test pictures, as training sees them.
private func testPictures() throws -> [Float] {
  try pictures { try fashion.get().writeHeldOut(0..<count, to: $0) }
}

private func trainingPictures() throws -> [Float] {
  try pictures { try fashion.get().write(0..<count, to: $0) }
}

private func pictures(_ write: (UnsafeMutablePointer<Float>) throws -> Void) throws -> [Float] {
  var values = [Float](repeating: 0, count: count * 784)
  try values.withUnsafeMutableBufferPointer { try write(#require($0.baseAddress)) }
  return values
}

private func measure(threads: Int = 2, against real: [Float]) -> SlicedWasserstein {
  SlicedWasserstein(
    count: count, shape: [28, 28, 1], black: -1, threads: threads, real: { real })
}

@Suite("The sliced Wasserstein distance")
struct SlicedWassersteinTests {
  @Test("of training from test pictures of Fashion-MNIST is what numpy gave: 4.9 and 5.9")
  func anchors() throws {
    let swd = measure(against: try testPictures())
    let levels = swd.levels(of: try trainingPictures()[...])
    print("LEVELS", levels)
    let training = try trainingPictures()
    // every picture's 2 x 2 boxes
    var blurred = training
    for picture in 0..<count {
      for row in 0..<28 {
        for column in 0..<28 {
          let (y, x) = (row / 2 * 2, column / 2 * 2)
          let at = picture * 784
          blurred[at + row * 28 + column] =
            (training[at + y * 28 + x] + training[at + y * 28 + x + 1]
              + training[at + (y + 1) * 28 + x] + training[at + (y + 1) * 28 + x + 1]) / 4
        }
      }
    }
    print("BLURRED", swd.levels(of: blurred[...]))
    var repeated: [Float] = []
    for picture in 0..<count { repeated += training[picture % 10 * 784..<(picture % 10 + 1) * 784] }
    print("REPEATED", swd.levels(of: repeated[...]))
    var numbers = SeededNumbers(seed: 1)
    let noise = training.map { _ in Float.random(in: -1...1, using: &numbers) }
    print("NOISE", swd.levels(of: noise[...]))
    let start = Date()
    print(swd.value(of: training[...]), Date().timeIntervalSince(start))
    let one = measure(threads: 1, against: try testPictures())
    let s2 = Date()
    print(one.value(of: training[...]), Date().timeIntervalSince(s2))
  }
}
