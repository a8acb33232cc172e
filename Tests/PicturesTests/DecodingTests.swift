import Foundation
import Pictures
import TestSupport
import Testing

@Suite("Picture files from anywhere")
struct DecodingTests {
  /// A small file that Fixtures/make.py made.
  static func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
  }

  /// What Pillow reads from a fixture of 13 × 11 pixels.
  private static func expected(_ name: String) throws -> [UInt8] {
    var start = 0
    for (file, channels) in [
      ("gray.jpg", 1), ("rgb.jpg", 3), ("progressive.jpg", 3), ("palette.png", 3),
      ("interlaced.png", 3),
    ] {
      if file == name { return Array(try fixture("expected.bin")[start..<start + 143 * channels]) }
      start += 143 * channels
    }
    return []
  }

  @Test(
    "each kind of file is read to the pixels that another reader gives",
    arguments: ["gray.jpg", "rgb.jpg", "progressive.jpg", "palette.png", "interlaced.png"])
  func read(name: String) throws {
    let picture = try Picture(decoding: Self.fixture(name))
    #expect(picture.width == 13 && picture.height == 11)
    #expect(picture.colors == (name == "gray.jpg" ? .gray : .rgb))
    #expect(try picture.bytes == Self.expected(name))
  }

  @Test("16 bits are rounded to 8, and 1 bit is black or white")
  func depths() throws {
    let deep = try Picture(decoding: Self.fixture("deep.png"))
    for (place, value) in deep.bytes.enumerated() {
      let (y, x) = place.quotientAndRemainder(dividingBy: 13)
      #expect(Int(value) == (x * 11 + y * 9) % 256)
    }
    let bits = try Picture(decoding: Self.fixture("bits.png"))
    #expect(bits.colors == .gray && bits.width == 8 && bits.height == 8)
    for (place, value) in bits.bytes.enumerated() {
      #expect(value == ((place % 8 + place / 8) % 2 == 0 ? 255 : 0))
    }
  }

  @Test("what is transparent is laid on white")
  func alpha() throws {
    let picture = try Picture(decoding: Self.fixture("alpha.png"))
    #expect(picture.colors == .rgb)
    for (x, y) in [(0, 0), (12, 10), (3, 7)] {
      let color = [x * 19, y * 23, x * y * 7 % 256]
      let share = (x + y) * 10
      let laid = color.map { UInt8(($0 * share + 255 * (255 - share) + 127) / 255) }
      let first = (y * 13 + x) * 3
      #expect(Array(picture.bytes[first..<first + 3]) == laid)
    }
  }

  @Test("what was written as PNG reads back", arguments: [Picture.Colors.gray, .rgb])
  func roundTrip(colors: Picture.Colors) throws {
    let bytes = (0..<17 * 5 * colors.rawValue).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let picture = Picture(width: 17, height: 5, colors: colors, bytes: bytes)
    #expect(try Picture(decoding: picture.png()) == picture)
  }

  @Test(
    "a file that is no picture to train on is refused with the reason",
    arguments: [
      ("cmyk.jpg", "CMYK"), ("bomb.png", "too many pixels"), ("bomb.jpg", "too many pixels"),
      ("make.py", "neither PNG nor JPEG"),
    ])
  func refused(name: String, reason: String) throws {
    let file = try Self.fixture(name)
    let error = try #require(throws: PictureError.self) { try Picture(decoding: file) }
    #expect(error.description.contains(reason), "\(error)")
    #expect(throws: PictureError.self) { try Picture(decoding: []) }
  }

  static let whole = [
    "gray.jpg", "rgb.jpg", "progressive.jpg", "palette.png", "interlaced.png", "deep.png",
    "alpha.png",
  ]

  @Test("a file that was cut anywhere is refused, never filled in", arguments: whole)
  func cut(name: String) throws {
    let file = try Self.fixture(name)
    for length in 0..<file.count {
      #expect(throws: PictureError.self, "\(length) of \(file.count)") {
        try Picture(decoding: Array(file[..<length]))
      }
    }
  }

  @Test("flipped bits and random bytes give a picture or an error, never a crash", arguments: whole)
  func flipped(name: String) throws {
    let file = try Self.fixture(name)
    var random = SeededNumbers(seed: 17)
    var refused = 0
    for _ in 0..<400 {
      var damaged = file
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: 2..<file.count, using: &random)] ^= UInt8(
          1 << Int.random(in: 0..<8, using: &random))
      }
      do {
        let picture = try Picture(decoding: damaged)
        #expect(picture.width * picture.height <= Picture.mostPixels)
      } catch is PictureError { refused += 1 }
    }
    // Each chunk of a PNG has a checksum; a JPEG has none.
    #expect(refused > (name.hasSuffix("png") ? 350 : 20), "\(name): \(refused), seed 17")
  }
}
