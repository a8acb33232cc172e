import Dispatch
import RunModel

/// Hashes several pieces of memory on another thread, while this one reads on.
// Unchecked: `hashes` belongs to the queue, which does one thing at a time.
final class BackgroundHashing: @unchecked Sendable {
  private let queue = DispatchQueue(label: "checkpoint hashing")
  private var hashes: [Int: SHA256] = [:]

  /// Bytes on their way to the other thread.
  private struct Piece: @unchecked Sendable {
    // Unchecked: the caller leaves them alone until `wait` returns.
    var bytes: UnsafeRawBufferPointer
  }

  /// Takes more bytes into the hash of a number; they must stay what they are until `wait` returns.
  func update(_ number: Int, _ bytes: UnsafeRawBufferPointer) {
    let piece = Piece(bytes: bytes)
    queue.async { [self] in
      let hash = hashes[number] ?? SHA256()
      hashes[number] = hash
      hash.update(piece.bytes)
    }
  }

  /// The digests of numbers from 0; nothing is taken in after.
  func finish(count: Int) -> [SHA256Digest] {
    queue.sync { (0..<count).map { (hashes[$0] ?? SHA256()).finish() } }
  }

  /// Waits until all bytes are hashed.
  func wait() { queue.sync {} }
}
