import CJPEG
import CPNG

extension Picture {
  /// Pixels that a picture may have at most: a header of a few bytes must not ask for all memory.
  package static let mostPixels = 100_000_000

  /// A picture from a PNG or JPEG file's bytes, whichever they are.
  ///
  /// Transparent pixels are laid on white. Palettes, 16 bits, interlacing and progressive files are read;
  /// colour profiles, gamma and the orientation that a camera notes (EXIF) are ignored.
  ///
  /// - Throws: ``PictureError`` with the reason: neither format, damaged, cut, CMYK, more than
  ///   ``mostPixels``.
  package init(decoding file: [UInt8]) throws {
    if file.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      try self.init(decoding: file, by: gr_png_decode, release: gr_png_free)
    } else if file.starts(with: [0xFF, 0xD8]) {
      try self.init(decoding: file, by: gr_jpeg_decode, release: gr_jpeg_free)
    } else {
      throw PictureError(description: "it is neither PNG nor JPEG")
    }
  }

  private typealias Decoder = (
    UnsafePointer<UInt8>?, Int, UInt64, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
    UnsafeMutablePointer<UInt32>?, UnsafeMutablePointer<UInt32>?, UnsafeMutablePointer<Int32>?,
    UnsafeMutablePointer<CChar>?, Int
  ) -> Int32

  private init(
    decoding file: [UInt8], by decode: Decoder, release: (UnsafeMutablePointer<UInt8>?) -> Void
  ) throws {
    var pixels: UnsafeMutablePointer<UInt8>?
    var (width, height, channels) = (UInt32(0), UInt32(0), Int32(0))
    var message = [CChar](repeating: 0, count: 200)
    let failed = file.withUnsafeBufferPointer { file in
      decode(
        file.baseAddress, file.count, UInt64(Self.mostPixels), &pixels, &width, &height, &channels,
        &message, message.count)
    }
    guard failed == 0, let pixels else {
      throw PictureError(
        description: String(
          decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    defer { release(pixels) }
    self.init(
      width: Int(width), height: Int(height), channels: Int(channels),
      pixels: UnsafeBufferPointer(
        start: pixels, count: Int(width) * Int(height) * Int(channels)))
  }

  /// A picture whose alpha, the last of 2 or 4 channels, lies on white.
  private init(width: Int, height: Int, channels: Int, pixels: UnsafeBufferPointer<UInt8>) {
    let colors: Colors = channels < 3 ? .gray : .rgb
    let kept = colors.rawValue
    guard channels != kept else {
      self.init(width: width, height: height, colors: colors, bytes: Array(pixels))
      return
    }
    let bytes = [UInt8](unsafeUninitializedCapacity: width * height * kept) { bytes, count in
      for pixel in 0..<width * height {
        let alpha = Int(pixels[pixel * channels + kept])
        for channel in 0..<kept {
          let value = Int(pixels[pixel * channels + channel]) * alpha + 255 * (255 - alpha)
          bytes[pixel * kept + channel] = UInt8((value + 127) / 255)
        }
      }
      count = width * height * kept
    }
    self.init(width: width, height: height, colors: colors, bytes: bytes)
  }
}
