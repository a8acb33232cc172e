import RunModel

extension PictureSet {
  /// scikit-learn's hand-written digits: 1,797 gray pictures of 8 × 8, and which digit each is.
  ///
  /// The test half of E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI machine
  /// learning repository, 1998; each pixel counts the dark ones of 4 × 4, 0 to 16. The digest is that of
  /// the unpacked file.
  ///
  /// - Parameters:
  ///   - path: `digits.csv.gz`, unpacked or not, or scikit-learn's wheel; `nil` looks for the file of an
  ///     installed scikit-learn.
  ///   - range: the values of white paper and ink, −1...1 or 0...1.
  ///   - heldOut: the part kept out of training, above 0 and below 1.
  ///   - search: where an installed one may be.
  /// - Throws: ``DatasetError`` that names the file.
  package static func digits(
    path: String?, range: ClosedRange<Float>, heldOut: Double, search: DigitsSearch = .init()
  ) throws -> PictureSet {
    let (source, text) = try search.content(path: path)
    var reading = DigitsReading(source: source)
    for line in text.split(separator: UInt8(ascii: "\n")) { try reading.take(line) }
    return try PictureSet(
      BytePictures(bytes: reading.pixels, size: 64, white: 16, range: range), shape: digitsShape,
      range: range, heldOut: heldOut, source: source, digest: SHA256.digest(text),
      labels: reading.labels)
  }

  /// One digit's shape, known before any file is read.
  package static let digitsShape = [8, 8, 1]
}

/// The lines of `digits.csv`: 64 pixels from 0 to 16, then the digit.
private struct DigitsReading {
  let source: String
  private(set) var pixels: [UInt8] = []
  private(set) var labels: [UInt8] = []

  init(source: String) { self.source = source }

  mutating func take(_ line: some Collection<UInt8>) throws {
    let number = labels.count + 1
    var values: [UInt8] = []
    for field in line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let value = UInt8(String(decoding: field, as: UTF8.self)) else {
        throw damage("line \(number) holds a field that is no whole number")
      }
      values.append(value)
    }
    guard values.count == 65 else {
      throw damage("line \(number) has \(values.count) numbers, not 65")
    }
    guard values.dropLast().allSatisfy({ $0 <= 16 }), values[64] <= 9 else {
      throw damage("line \(number) holds a pixel above 16 or a digit above 9")
    }
    pixels += values.dropLast()
    labels.append(values[64])
  }

  private func damage(_ problem: String) -> DatasetError {
    DatasetError(
      .invalid,
      "\(source) is not scikit-learn's digits.csv: \(problem); take the file out of its wheel again"
    )
  }
}
