import CCrypto

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
  private let context: OpaquePointer

  /// The library's name and version.
  package static var library: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }

  /// A hash of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      // libcrypto without SHA-256 or without memory for 100 bytes: nothing here can go on.
      preconditionFailure("libcrypto could not start SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes more bytes into the hash.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
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
    EVP_DigestFinal_ex(context, &bytes, nil)
    guard let digest = SHA256Digest(bytes: bytes) else { preconditionFailure("32 bytes") }
    return digest
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
