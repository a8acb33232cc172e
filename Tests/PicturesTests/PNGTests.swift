import Pictures
import Testing

@Suite("PNG files")
struct PNGTests {
  @Test("a file begins with the signature and tells its size and colours")
  func header() throws {
    let gray = Picture(width: 3, height: 2, colors: .gray, background: [7])
    let file = try gray.png()
    #expect(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(Array(file[16..<26]) == [0, 0, 0, 3, 0, 0, 0, 2, 8, 0])
    let rgb = try Picture(width: 300, height: 1, colors: .rgb, background: [1, 2, 3]).png()
    #expect(Array(rgb[16..<26]) == [0, 0, 1, 44, 0, 0, 0, 1, 8, 2])
    #expect(Array(file.suffix(12)) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
  }

  @Test("a file is whole: every chunk lies where the last one ends, and holds no time")
  func chunks() throws {
    let pixels = (0..<64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let file = try Picture(width: 64, height: 64, colors: .rgb, bytes: pixels).png()
    var place = 8
    var names: [String] = []
    while place < file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      names.append(String(decoding: file[place + 4..<place + 8], as: UTF8.self))
      place += 12 + length
    }
    #expect(place == file.count)
    #expect(Set(names) == ["IHDR", "IDAT", "IEND"])
  }

  @Test("equal pictures give equal bytes, others other bytes")
  func deterministic() throws {
    var picture = Picture(width: 20, height: 20, colors: .gray, background: [0])
    let first = try picture.png()
    #expect(try picture.png() == first)
    picture.bytes[399] = 1
    #expect(try picture.png() != first)
  }

  @Test("what libpng refuses is an error with a sentence, not a trap")
  func refusal() throws {
    let wide = Picture(width: 1_000_001, height: 1, colors: .gray, background: [0])
    let error = try #require(throws: PictureError.self) { try wide.png() }
    #expect(error.description.contains("1000001 × 1"))
  }
}
