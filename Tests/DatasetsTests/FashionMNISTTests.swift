import Datasets
import RunModel
import Testing

@Suite("Fashion-MNIST as Debian packs it")
struct FashionMNISTTests {
  static let loaded = Result {
    try FashionMNIST(folder: FashionMNIST.packagedFolder, range: 0...1)
  }

  @Test("its sizes, labels and mean are those of the article")
  func content() throws {
    let data = try Self.loaded.get()
    #expect(data.shape == [28, 28, 1])
    #expect(data.count == 60_000)
    #expect(data.heldOutCount == 10_000)
    for digit in UInt8(0)..<10 {
      #expect(data.labels.count { $0 == digit } == 6000)
      #expect(data.heldOutLabels.count { $0 == digit } == 1000)
    }
    // Over all training pixels: mean 0.2860, standard deviation 0.3530.
    var rows = [Float](repeating: 0, count: 6000 * 784)
    rows.withUnsafeMutableBufferPointer { rows in
      if let start = rows.baseAddress { data.write(0..<6000, to: start) }
    }
    let (mean, square) = rows.reduce(into: (0.0, 0.0)) { sums, pixel in
      sums.0 += Double(pixel) / Double(6000 * 784)
      sums.1 += Double(pixel) * Double(pixel) / Double(6000 * 784)
    }
    #expect(abs(mean - 0.2860) < 0.005)
    #expect(abs((square - mean * mean).squareRoot() - 0.3530) < 0.005)
  }

  @Test("its digest is the SHA-256 of the four unpacked files, one after another")
  func digest() throws {
    // zcat train-images… train-labels… t10k-images… t10k-labels… | sha256sum
    #expect(
      try Self.loaded.get().dataDigest?.description
        == "14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214")
  }

  @Test("both ranges hold the same pictures, their ends exactly")
  func ranges() throws {
    let unit = try Self.loaded.get()
    let symmetric = try FashionMNIST(folder: FashionMNIST.packagedFolder + "/", range: -1...1)
    #expect(unit.dataDigest == symmetric.dataDigest)
    let first = Self.row(unit, 0)
    let second = Self.row(symmetric, 0)
    #expect(first.min() == 0 && first.max() == 1)
    #expect(second.min() == -1 && second.max() == 1)
    #expect(zip(first, second).allSatisfy { abs(2 * $0 - 1 - $1) < 1e-6 })
    #expect(Self.row(unit, 59_999) != first)
  }

  private static func row(_ data: FashionMNIST, _ index: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: 784) { row, count in
      if let start = row.baseAddress { data.write([index], to: start) }
      count = 784
    }
  }
}
