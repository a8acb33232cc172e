/// The checksum of TensorBoard's records: CRC-32C (Castagnoli, as in RFC 3720 appendix B.4), masked.
enum CRC32C {
  /// The checksum of some bytes.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var state: UInt32 = 0xFFFF_FFFF
    table.withUnsafeBufferPointer { table in
      for byte in bytes {
        state = state >> 8 ^ table[Int(truncatingIfNeeded: (state ^ UInt32(byte)) & 0xFF)]
      }
    }
    return ~state
  }

  /// The checksum as it stands in a file: turned and moved, so that a checksum of bytes that hold checksums is
  /// no special one (tensorflow/core/lib/hash/crc32c.h).
  static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let checksum = checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { state, _ in
      state & 1 == 1 ? state >> 1 ^ 0x82F6_3B78 : state >> 1
    }
  }
}
