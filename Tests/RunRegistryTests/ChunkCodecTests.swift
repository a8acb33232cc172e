import Foundation
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

/// How a chunk's bytes are encoded and read back.
@Suite("A chunk's encoding")
struct ChunkCodecTests {
  /// Numbers from a normal distribution's middle, as weights are: their exponents are alike.
  static func floats(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededNumbers(seed: seed)
    return (0..<count).flatMap { _ in
      let value = Float(Int64(bitPattern: random.next())) / 0x1p63
      return withUnsafeBytes(of: value, Array.init)
    }
  }

  @Test(
    "gives back every byte of weights, of one value over and over, and of odd lengths",
    arguments: [1, 2, 3, 4, 5, 7, 16, 1023, 4096, 65_537, 1 << 20])
  func roundTrip(length: Int) throws {
    let codec = ChunkCodec()
    let weights = Array(Self.floats(min(length, 65_536) / 4 + 1, seed: UInt64(length)))
    for pattern in [weights, [0], [0, 0, 128, 63]] {
      let raw = (0..<length).map { pattern[$0 % pattern.count] }
      var target = [UInt8](repeating: 1, count: length)
      let count = raw.withUnsafeBytes { raw in
        target.withUnsafeMutableBytes { codec.encode(raw, into: $0) }
      }
      guard let count else { continue }
      #expect(count < length)
      var back = [UInt8](repeating: 1, count: length)
      try target[..<count].withUnsafeBytes { stored in
        try back.withUnsafeMutableBytes { try codec.decode(codec: 1, stored, into: $0) }
      }
      #expect(back == raw, "length \(length)")
    }
  }

  @Test("makes weights a tenth shorter and does not touch noise")
  func pays() {
    let codec = ChunkCodec()
    let weights = Self.floats(65_536, seed: 3)
    var random = SeededNumbers(seed: 4)
    let noise = (0..<65_536).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) }
    var target = [UInt8](repeating: 0, count: weights.count)
    var trial = ChunkTrial()
    let saved = weights.withUnsafeBytes { raw in
      target.withUnsafeMutableBytes { trial.encode(raw, into: $0, by: codec) }
    }
    #expect(saved.codec == .shuffledZstd)
    #expect(saved.count <= weights.count * 9 / 10)
    var other = ChunkTrial()
    let kept = noise.withUnsafeBytes { raw in
      target.withUnsafeMutableBytes { other.encode(raw, into: $0, by: codec) }
    }
    #expect(kept.codec == .raw)
    #expect(target.prefix(noise.count).elementsEqual(noise))
  }

  @Test(
    "is refused where it comes to more or fewer bytes than the chunk has, or is of no known kind")
  func refuses() throws {
    let codec = ChunkCodec()
    let raw = Self.floats(1024, seed: 5)
    var encoded = [UInt8](repeating: 0, count: raw.count)
    let count = try #require(
      raw.withUnsafeBytes { raw in
        encoded.withUnsafeMutableBytes { codec.encode(raw, into: $0) }
      })
    encoded = Array(encoded[..<count])
    func decode(_ stored: [UInt8], codec number: Int64, bytes: Int) throws {
      // Guard bytes behind the target: nothing may be written there.
      var target = [UInt8](repeating: 0xAA, count: bytes + 64)
      let result = Result {
        try stored.withUnsafeBytes { stored in
          try target.withUnsafeMutableBytes {
            try codec.decode(
              codec: number, stored, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<bytes]))
          }
        }
      }
      #expect(target.suffix(64).allSatisfy { $0 == 0xAA })
      try result.get()
    }
    try decode(encoded, codec: 1, bytes: raw.count)
    for bytes in [1, raw.count - 1, raw.count + 1, 1 << 20] {
      #expect(throws: UndecodableChunk.self) { try decode(encoded, codec: 1, bytes: bytes) }
      #expect(throws: UndecodableChunk.self) { try decode(raw, codec: 0, bytes: bytes) }
    }
    for end in 0..<count {
      #expect(throws: UndecodableChunk.self, "cut to \(end)") {
        try decode(Array(encoded[..<end]), codec: 1, bytes: raw.count)
      }
    }
    for number: Int64 in [-1, 2, .max] {
      #expect(throws: UndecodableChunk.self) { try decode(raw, codec: number, bytes: raw.count) }
    }
  }
}
