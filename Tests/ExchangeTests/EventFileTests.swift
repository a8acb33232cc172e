import RunModel
import Testing

@testable import Exchange

@Suite("Event files")
struct EventFileTests {
  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  @Test("CRC-32C of RFC 3720's test vectors")
  func checksum() {
    func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes(CRC32C.checksum) }
    #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(checksum((0..<32).map { $0 }) == 0x46DD_794E)
    #expect(checksum(Array("123456789".utf8)) == 0xE306_9283)
  }

  @Test("a scalar's record is TensorBoard's own, byte for byte")
  func scalar() {
    var writer = EventFileWriter()
    // Written by TensorBoard 2.21: wall_time 1.5, step 7, loss = 0.25.
    #expect(
      hex(writer.scalar("loss", 0.25, step: 7, at: Timestamp(microseconds: 1_500_000)))
        == "1a00000000000000129bd82d09000000000000f83f10072a0d0a0b0a046c6f7373150000803ec9d07b8d")
    #expect(
      EventFileWriter.name(at: Timestamp(microseconds: 1_500_000))
        == "events.out.tfevents.0000000001.gan-runs.0.0")
  }

  @Test("a picture's record is TensorBoard's own, byte for byte; what is no PNG has none")
  func picture() {
    // As a PNG file of 3 × 2 pixels in colour begins.
    let png: [UInt8] = [
      137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0,
      0, 0,
    ]
    var writer = EventFileWriter()
    let time = Timestamp(microseconds: 1_500_000)
    #expect(
      writer.picture("samples", png: png, step: 7, at: time).map(hex)
        == "3f000000000000005165766109000000000000f83f10072a320a300a0773616d706c65732225080210031803"
        + "221d89504e470d0a1a0a0000000d494844520000000300000002080200000070f041b2")
    #expect(writer.picture("samples", png: Array(png[1...]), step: 7, at: time) == nil)
    #expect(writer.picture("samples", png: Array(png[..<25]), step: 7, at: time) == nil)
  }
}
