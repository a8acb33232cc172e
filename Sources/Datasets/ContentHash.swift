import Dispatch
import RunModel

/// The SHA-256 of content that is still being read: another thread takes it in meanwhile.
final class ContentHash: @unchecked Sendable {
  // Unchecked: only the queue's work touches the hash.
  private let hash = SHA256()
  private let queue = DispatchQueue(label: "gan-runs.content-hash", qos: .userInitiated)

  /// Takes bytes in, some time before ``wait()`` returns: until then they must stay.
  func update(_ bytes: UnsafeRawBufferPointer) {
    nonisolated(unsafe) let bytes = bytes
    queue.async { [self] in hash.update(bytes) }
  }

  /// Takes a copy of bytes in.
  func update(_ bytes: [UInt8]) {
    queue.async { [self] in bytes.withUnsafeBytes(hash.update) }
  }

  /// Waits until all that came is taken in.
  func wait() { queue.sync {} }

  /// The digest of all that came; the hash can't be used after.
  func finish() -> SHA256Digest { queue.sync { hash.finish() } }
}
