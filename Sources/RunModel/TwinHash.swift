import CCrypto
import CSHA256

/// SHA-256 over texts of one form in which only numbers differ, two texts at a time: where the processor has
/// instructions for it, in much less time than one after the other.
package struct TwinHash {
  private static let hasInstructions = gr_sha256_has_instructions()
  private static let block = 64

  /// Bytes of a text.
  private let count: Int
  /// Two texts, each with what SHA-256 puts behind it (FIPS 180-4, 5.1.1).
  private var texts: [UInt8]
  /// Bytes from one text to the other.
  private var stride: Int { texts.count / 2 }

  /// A hash of texts such as this one.
  package init(form: [UInt8]) {
    count = form.count
    let blocks = (count + 9 + Self.block - 1) / Self.block
    var text = form + [0x80] + [UInt8](repeating: 0, count: blocks * Self.block - count - 9)
    let bits = UInt64(count) * 8
    text += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
    texts = text + text
  }

  /// Puts a number into a text, its eight bytes from the lowest.
  ///
  /// - Parameters:
  ///   - place: its first byte's, of a form's.
  ///   - text: 0 or 1.
  package mutating func put(_ number: UInt64, at place: Int, of text: Int) {
    precondition(place >= 0 && place + 8 <= count && (0...1).contains(text))
    let start = text * stride + place
    texts.withUnsafeMutableBytes {
      $0.storeBytes(of: number.littleEndian, toByteOffset: start, as: UInt64.self)
    }
  }

  /// Hands over the digests of both texts, 32 bytes each, one after the other.
  package func digests(_ body: (UnsafeRawBufferPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { digests in
      texts.withUnsafeBytes { texts in
        guard let start = texts.baseAddress, let into = digests.baseAddress else { return }
        let bytes = into.assumingMemoryBound(to: UInt8.self)
        if Self.hasInstructions {
          gr_sha256_digest_two(start, start + stride, stride / Self.block, bytes)
        } else {
          let text = start.assumingMemoryBound(to: UInt8.self)
          CCrypto.SHA256(text, count, bytes)
          CCrypto.SHA256(text + stride, count, bytes + 32)
        }
      }
      body(UnsafeRawBufferPointer(digests))
    }
  }
}
