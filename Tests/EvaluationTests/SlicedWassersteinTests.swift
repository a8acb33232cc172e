import Datasets
import TestSupport
import Testing

@testable import Evaluation

// Anchors from a program in numpy with the same definitions and draws of its own, at 32 and 16 pixels
// (`Fixtures/anchors.py`): training from test pictures 5.2–6.2 and 8.1–9.0 over four seeds, 4.4–5.4 and
// 7.4–10.3 with other pictures; boxes of 2 × 2 34.5 and 13.5, 40.0 and 14.0 with another seed; the same
// ten pictures 25.5 and 43.4; noise 187 and 255. The ranges below leave a quarter for the seed, noise a
// tenth.

@Suite("The sliced Wasserstein distance")
struct SlicedWassersteinTests {
  static let count = SlicedWasserstein.quickCount

  /// The first pictures of Fashion-MNIST, read once.
  static let pictures = Result {
    let fashion = try FashionMNIST(folder: FashionMNIST.packagedFolder, range: -1...1)
    func read(_ write: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
      [Float](unsafeUninitializedCapacity: count * 784) { values, filled in
        if let start = values.baseAddress { write(start) }
        filled = count * 784
      }
    }
    return (
      training: read { fashion.write(0..<count, to: $0) },
      test: read { fashion.writeHeldOut(0..<count, to: $0) }
    )
  }

  private static func measure(
    _ real: [Float], count: Int = count, shape: [Int] = [28, 28, 1], threads: Int = 2
  ) -> SlicedWasserstein {
    SlicedWasserstein(count: count, shape: shape, black: -1, threads: threads) { real }
  }

  /// One measure for all anchors: the real pictures are taken apart once.
  private func levels(of samples: [Float]) throws -> [Double] {
    try Self.measure(Self.pictures.get().test).levels(of: samples[...])
  }

  private func expect(_ found: [Double], _ ranges: [ClosedRange<Double>]) {
    #expect(found.count == ranges.count)
    for (value, range) in zip(found, ranges) { #expect(range.contains(value), "\(found)") }
  }

  @Test("training from test pictures: the floor that no generator gets below")
  func floor() throws {
    expect(try levels(of: Self.pictures.get().training), [4...7.5, 6.5...10.5])
  }

  @Test("blurred pictures lack what is fine")
  func blurred() throws {
    let sharp = try Self.pictures.get().training
    var blurred = sharp
    for picture in 0..<Self.count {
      for row in stride(from: 0, to: 28, by: 2) {
        for column in stride(from: 0, to: 28, by: 2) {
          let places = [0, 1, 28, 29].map { picture * 784 + row * 28 + column + $0 }
          let mean = places.reduce(0) { $0 + sharp[$1] } / 4
          for place in places { blurred[place] = mean }
        }
      }
    }
    expect(try levels(of: blurred), [28...46, 10.5...17])
  }

  @Test("ten pictures over and over lack the rest")
  func repeated() throws {
    let some = try Self.pictures.get().training
    let repeated = (0..<Self.count).flatMap { some[$0 % 10 * 784..<($0 % 10 + 1) * 784] }
    expect(try levels(of: repeated), [19...32, 33...54])
  }

  @Test("noise is farthest")
  func noise() throws {
    // SplitMix64, seed 1.
    var random = SeededNumbers(seed: 1)
    let noise = (0..<Self.count * 784).map { _ in
      Float(random.next() >> 40) * 0x1p-23 - 1
    }
    expect(try levels(of: noise), [169...206, 230...280])
  }

  @Test("one thread and three give the same bits, and so does another measuring")
  func threads() throws {
    let (some, other) = (Self.numbers(40 * 300, seed: 2), Self.numbers(40 * 300, seed: 3))
    let values = [1, 3].flatMap { threads in
      let measure = Self.measure(some, count: 40, shape: [20, 15, 1], threads: threads)
      return [measure.value(of: other[...]), measure.value(of: other[...])]
    }
    #expect(Set(values.map(\.bitPattern)).count == 1)
    #expect(values[0] > 0)
  }

  @Test("brightness and contrast of a whole set count for nothing, channel by channel")
  func normalisation() {
    let real = Self.numbers(30 * 768, seed: 4)
    let samples = Self.numbers(30 * 768, seed: 5)
    // A factor and a shift of each channel's own.
    let changed = samples.indices.map { samples[$0] * Float($0 % 3 + 1) + Float($0 % 3) }
    let measure = Self.measure(real, count: 30, shape: [16, 16, 3])
    let (one, other) = (measure.value(of: samples[...]), measure.value(of: changed[...]))
    #expect(abs(one - other) < 1e-3 * one, "\(one) \(other)")
  }

  @Test("pictures without any spread have a distance; one that is not finite makes it NaN")
  func degenerate() {
    let measure = Self.measure(Self.numbers(10 * 64, seed: 6), count: 10, shape: [8, 8, 1])
    #expect(measure.name == "swd[n=10]")
    var samples = [Float](repeating: -1, count: 640)
    #expect(measure.value(of: samples[...]) > 100)
    samples[5] = .nan
    #expect(measure.value(of: samples[...]).isNaN)
  }

  /// Uniform numbers from −1 to 1 by SplitMix64.
  private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededNumbers(seed: seed)
    return (0..<count).map { _ in Float(random.next() >> 40) * 0x1p-23 - 1 }
  }
}
