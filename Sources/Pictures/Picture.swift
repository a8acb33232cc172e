/// A picture of 8-bit pixels, row by row from the top.
package struct Picture: Sendable, Hashable {
  /// What a pixel holds.
  package enum Colors: Int, Sendable {
    case gray = 1
    case rgb = 3
  }

  package let width: Int
  package let height: Int
  package let colors: Colors
  /// `height` rows of `width` pixels.
  package var bytes: [UInt8]

  /// A picture of one colour.
  ///
  /// - Parameters:
  ///   - background: as many numbers as a pixel holds.
  package init(width: Int, height: Int, colors: Colors, background: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(background.count == colors.rawValue, "a pixel holds \(colors.rawValue) numbers")
    self.width = width
    self.height = height
    self.colors = colors
    bytes = Array(repeatElement(background, count: width * height).joined())
  }

  /// A picture from its bytes.
  package init(width: Int, height: Int, colors: Colors, bytes: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(
      bytes.count == width * height * colors.rawValue,
      "\(bytes.count) bytes do not make \(width) × \(height) pixels")
    self.width = width
    self.height = height
    self.colors = colors
    self.bytes = bytes
  }
}
