import CCrypto
import CSHA256

/// A SHA-256 digest: 32 bytes.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// A digest from its bytes, `nil` where there are not 32.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.bytes = Array(bytes)
  }

  /// A digest from its 64 hexadecimal digits.
  public init?(hex: String) {
    let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, hex.utf8.count == 64 else { return nil }
    bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// The 64 lower-case hexadecimal digits.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// SHA-256 (FIPS 180-4) over bytes that come piece by piece, by OpenSSL's libcrypto.
public final class SHA256 {
  private let context: UnsafeMutablePointer<SHA256_CTX>
  private static let hasInstructions = gr_sha256_has_instructions()

  /// The library's name and version.
  package static var library: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }

  /// A hash of nothing yet.
  public init() {
    context = .allocate(capacity: 1)
    context.initialize(to: SHA256_CTX())
    SHA256_Init(context)
  }

  deinit { context.deallocate() }

  /// Takes more bytes into the hash.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256_Update(context, bytes.baseAddress, bytes.count)
  }

  /// Takes more bytes into each of two hashes, in much less time than one after the other.
  ///
  /// So it is where both are between two blocks of 64 bytes and the processor has instructions for
  /// SHA-256, as far as both have bytes; least time takes what is the same memory for both.
  package static func update(
    _ one: SHA256, _ bytes: UnsafeRawBufferPointer, _ other: SHA256,
    _ others: UnsafeRawBufferPointer
  ) {
    precondition(one !== other, "a hash takes one piece after the other")
    var count = 0
    if hasInstructions, one.context.pointee.num == 0, other.context.pointee.num == 0 {
      let blocks = min(bytes.count, others.count) / 64
      count = blocks * 64
      withUnsafeMutablePointer(to: &one.context.pointee.h.0) { state in
        withUnsafeMutablePointer(to: &other.context.pointee.h.0) { otherState in
          gr_sha256_compress_two(
            state, bytes.baseAddress, otherState, others.baseAddress, blocks)
        }
      }
      one.noteTaken(count)
      other.noteTaken(count)
    }
    one.update(UnsafeRawBufferPointer(rebasing: bytes[count...]))
    other.update(UnsafeRawBufferPointer(rebasing: others[count...]))
  }

  /// Takes more bytes into the hash, and gives their own digest, for little more than one hash costs.
  package func take(_ piece: UnsafeRawBufferPointer) -> SHA256Digest {
    let own = SHA256()
    Self.update(self, piece, own, piece)
    return own.finish()
  }

  /// Counts bytes that the state holds already: their bits, in two halves.
  private func noteTaken(_ count: Int) {
    let before = UInt64(context.pointee.Nh) << 32 | UInt64(context.pointee.Nl)
    let bits = before &+ UInt64(count) << 3
    context.pointee.Nh = UInt32(bits >> 32)
    context.pointee.Nl = UInt32(truncatingIfNeeded: bits)
  }

  /// Takes more bytes into the hash.
  public func update(_ bytes: some Sequence<UInt8>) {
    Array(bytes).withUnsafeBytes(update)
  }

  /// Takes a number into the hash, its eight bytes from the lowest.
  public func update(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian, update)
  }

  /// Takes a text into the hash, after its length in bytes.
  public func update(text: String) {
    update(UInt64(text.utf8.count))
    update(text.utf8)
  }

  /// The digest of all that was taken; the hash can't be used after.
  public func finish() -> SHA256Digest {
    var bytes = [UInt8](repeating: 0, count: 32)
    SHA256_Final(&bytes, context)
    guard let digest = SHA256Digest(bytes: bytes) else { preconditionFailure("32 bytes") }
    return digest
  }

  /// The digest of all that was taken, in 32 bytes of memory; the hash is then one of nothing again.
  package func finish(into memory: UnsafeMutableRawBufferPointer) {
    precondition(memory.count == 32, "a digest has 32 bytes")
    SHA256_Final(memory.baseAddress?.assumingMemoryBound(to: UInt8.self), context)
    SHA256_Init(context)
  }

  /// The digest of some bytes.
  public static func digest(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
    let hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of some bytes.
  public static func digest(_ bytes: some Sequence<UInt8>) -> SHA256Digest {
    Array(bytes).withUnsafeBytes(digest)
  }
}
