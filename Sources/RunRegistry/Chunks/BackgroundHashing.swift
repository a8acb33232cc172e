import Dispatch
import RunModel
import Synchronization

/// Hashes tensors on another thread, two at a time where two have bytes ready, while this one reads on.
///
/// Two hashes at once take little longer than one (`SHA256.update`), so the hashing catches up whenever it
/// has fallen behind into the next tensor.
// Unchecked: a stream's hash and bytes belong to the queue, which does one thing at a time, from the moment
// they are its turn.
final class BackgroundHashing: @unchecked Sendable {
  /// Bytes that are hashed alone at most before it is seen whether another stream has some: whole blocks.
  private static let turnSize = 256 << 10

  private let queue = DispatchQueue(label: "checkpoint hashing")
  private let state = Mutex(State())

  // Unchecked: a stream holds its bytes by address, and they are its own as said above.
  private struct State: @unchecked Sendable {
    /// By number.
    var streams: [Stream] = []
    var isWorking = false
  }

  private struct Stream {
    let hash = SHA256()
    /// What is not yet hashed.
    var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

    /// The next so many bytes.
    mutating func take(_ count: Int) -> Piece {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[..<count])
      bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
      return Piece(hash: hash, bytes: piece)
    }
  }

  private struct Piece {
    var hash: SHA256
    var bytes: UnsafeRawBufferPointer
  }

  /// Takes more bytes into the hash of a number, in memory behind those that it took before; they must stay
  /// what they are until `wait` returns.
  func update(_ number: Int, _ bytes: UnsafeRawBufferPointer) {
    let wasWorking = state.withLock { state in
      while state.streams.count <= number { state.streams.append(Stream()) }
      let before = state.streams[number].bytes
      precondition(
        before.isEmpty || before.baseAddress.map { $0 + before.count } == bytes.baseAddress)
      state.streams[number].bytes = UnsafeRawBufferPointer(
        start: before.isEmpty ? bytes.baseAddress : before.baseAddress,
        count: before.count + bytes.count)
      defer { state.isWorking = true }
      return state.isWorking
    }
    if !wasWorking { queue.async { [self] in work() } }
  }

  /// The digests of numbers from 0; nothing is taken in after.
  func finish(count: Int) -> [SHA256Digest] {
    queue.sync {
      state.withLock { state in
        (0..<count).map { $0 < state.streams.count ? state.streams[$0].hash : SHA256() }
      }.map { $0.finish() }
    }
  }

  /// Waits until all bytes are hashed.
  func wait() { queue.sync {} }

  private func work() {
    while let (one, other) = nextTurn() {
      if let other {
        SHA256.update(one.hash, one.bytes, other.hash, other.bytes)
      } else {
        one.hash.update(one.bytes)
      }
    }
  }

  /// As many whole blocks as two streams have ready, or some bytes of one; `nil` where there are none.
  private func nextTurn() -> (Piece, Piece?)? {
    state.withLock { state in
      guard let one = state.streams.firstIndex(where: { !$0.bytes.isEmpty }) else {
        state.isWorking = false
        return nil
      }
      let count = state.streams[one].bytes.count
      if let other = state.streams[(one + 1)...].firstIndex(where: { !$0.bytes.isEmpty }) {
        let both = min(count, state.streams[other].bytes.count) / 64 * 64
        if both > 0 { return (state.streams[one].take(both), state.streams[other].take(both)) }
      }
      return (state.streams[one].take(min(count, Self.turnSize)), nil)
    }
  }
}
