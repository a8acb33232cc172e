/// Pictures of one size, kept as bytes, which become numbers when they are written.
struct BytePictures: Sendable {
  /// One after another, each row by row from the top.
  let bytes: [UInt8]
  /// Bytes in one picture.
  let size: Int
  /// The number of each byte.
  private let levels: [Float]

  /// Pictures whose bytes lie from 0 (black) to `white`.
  ///
  /// - Parameter range: the values of black and white.
  init(bytes: [UInt8], size: Int, white: Int = 255, range: ClosedRange<Float>) {
    self.bytes = bytes
    self.size = size
    // In Double, and rounded once: black and white become the range's ends exactly.
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    levels = (0...255).map { Float(low + (high - low) * Double(min($0, white)) / Double(white)) }
  }

  var count: Int { bytes.count / size }

  /// Writes the pictures of some indices as rows of `size` numbers.
  func write(_ indices: some Sequence<Int>, to rows: UnsafeMutablePointer<Float>) {
    bytes.withUnsafeBufferPointer { bytes in
      levels.withUnsafeBufferPointer { levels in
        for (row, index) in indices.enumerated() {
          precondition(index >= 0 && (index + 1) * size <= bytes.count, "no picture \(index)")
          for pixel in 0..<size {
            rows[row * size + pixel] = levels[Int(bytes[index * size + pixel])]
          }
        }
      }
    }
  }
}
