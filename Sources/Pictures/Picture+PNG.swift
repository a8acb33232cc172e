import CPNG

/// Why a picture can't be written or read.
package struct PictureError: Error, Hashable, CustomStringConvertible {
  /// The sentence.
  package let description: String
}

extension Picture {
  /// The picture as a PNG file; equal pictures give equal bytes.
  ///
  /// - Throws: ``PictureError`` where libpng refuses, such as beyond a million pixels a side.
  package func png() throws -> [UInt8] {
    var file: UnsafeMutablePointer<UInt8>?
    var size = 0
    var message = [CChar](repeating: 0, count: 200)
    let failed = bytes.withUnsafeBufferPointer { pixels in
      gr_png_encode(
        pixels.baseAddress, UInt32(clamping: width), UInt32(clamping: height),
        Int32(colors.rawValue), &file, &size, &message, message.count)
    }
    guard failed == 0, let file else {
      let reason = String(
        decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw PictureError(
        description: "a picture of \(width) × \(height) can't be written as PNG: \(reason)")
    }
    defer { gr_png_free(file) }
    return Array(UnsafeBufferPointer(start: file, count: size))
  }
}
