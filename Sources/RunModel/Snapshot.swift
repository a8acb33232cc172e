/// Everything that training goes on from, copied between two steps: tensors, counters, seed.
///
/// A snapshot never changes after it is made, so another thread may store it while training goes on.
public final class Snapshot: @unchecked Sendable {
  // Unchecked: the bytes of the one unsafe member, `pages`, are written by `init` alone.

  /// One named float32 tensor within the snapshot's bytes.
  public struct Tensor: Sendable, Hashable {
    /// As in the contract: `generator.0.weight`, `optimizer.discriminator.m.2.bias`.
    public var name: String
    /// Extents, the slowest first.
    public var shape: [Int]
    /// Where its bytes begin in the snapshot.
    public var byteOffset: Int
    /// Four bytes an element.
    public var byteCount: Int { shape.reduce(4, *) }

    /// A tensor's place in a snapshot.
    public init(name: String, shape: [Int], byteOffset: Int) {
      self.name = name
      self.shape = shape
      self.byteOffset = byteOffset
    }
  }

  /// A counter: how often something was done, or a running sum.
  public enum Counter: Sendable, Hashable {
    case integer(Int64)
    case real(Double)
  }

  /// Sorted by name.
  public let tensors: [Tensor]
  /// Steps, epochs, images, updates, positions, running sums of the current epoch.
  public let counters: [String: Counter]
  /// Running sums of time, in seconds: kept, and no part of the digest.
  public let clocks: [String: Double]
  /// The seed that all random numbers of the run follow from.
  public let seed: UInt64
  private let pages: SnapshotPages
  /// Where the pages go in the end, when others use them again.
  private let slots: SnapshotSlots?

  /// A snapshot whose bytes are written by `fill`.
  ///
  /// - Parameters:
  ///   - tensors: names and places; each lies within `byteCount`.
  ///   - byteCount: bytes to hold.
  ///   - fill: writes all of them; they are zero before.
  public convenience init(
    tensors: [Tensor], counters: [String: Counter], clocks: [String: Double], seed: UInt64,
    byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    try self.init(
      tensors: tensors, counters: counters, clocks: clocks, seed: seed,
      pages: SnapshotPages(byteCount), slots: nil, fill: fill)
  }

  /// A snapshot in memory that an earlier one may have left; `fill` writes all bytes of all tensors.
  package convenience init(
    tensors: [Tensor], counters: [String: Counter], clocks: [String: Double], seed: UInt64,
    in slots: SnapshotSlots, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    try self.init(
      tensors: tensors, counters: counters, clocks: clocks, seed: seed, pages: slots.take(),
      slots: slots, fill: fill)
  }

  /// A snapshot in pages of its own; `fill` writes all bytes of all tensors.
  package convenience init(
    tensors: [Tensor], counters: [String: Counter], clocks: [String: Double], seed: UInt64,
    in pages: SnapshotPages, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    try self.init(
      tensors: tensors, counters: counters, clocks: clocks, seed: seed, pages: pages, slots: nil,
      fill: fill)
  }

  private init(
    tensors: [Tensor], counters: [String: Counter], clocks: [String: Double], seed: UInt64,
    pages: SnapshotPages, slots: SnapshotSlots?,
    fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    let byteCount = pages.bytes.count
    precondition(
      tensors.allSatisfy { $0.byteOffset >= 0 && $0.byteOffset + $0.byteCount <= byteCount },
      "a tensor lies outside its snapshot")
    try fill(pages.bytes)
    self.pages = pages
    self.slots = slots
    self.tensors = tensors.sorted { $0.name < $1.name }
    self.counters = counters
    self.clocks = clocks
    self.seed = seed
  }

  deinit { slots?.giveBack(pages) }

  /// Reads a tensor's bytes: little-endian float32, row by row.
  public func withBytes<Result>(
    of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let range = tensor.byteOffset..<tensor.byteOffset + tensor.byteCount
    return try body(UnsafeRawBufferPointer(rebasing: pages.bytes[range]))
  }

  /// The tensor of a name.
  public func tensor(named name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// An integer counter, `nil` where there is none of that name.
  public func integer(_ name: String) -> Int? {
    guard case .integer(let value)? = counters[name] else { return nil }
    return Int(value)
  }

  /// A real counter, `nil` where there is none of that name.
  public func real(_ name: String) -> Double? {
    guard case .real(let value)? = counters[name] else { return nil }
    return value
  }

  /// The digest that the contract describes, from the tensors' own digests.
  ///
  /// A version byte 1, then tensors, counters (integers and bit patterns of reals) and seed; counts and
  /// texts are prefixed by their length, so that no two states share an encoding.
  public var digest: SHA256Digest {
    Self.digest(
      tensors: tensors.map { tensor in
        (tensor.name, tensor.shape, withBytes(of: tensor) { SHA256.digest($0) })
      },
      counters: counters, seed: seed)
  }

  /// The digest of a state whose tensors' bytes are known by their digests.
  public static func digest(
    tensors: [(name: String, shape: [Int], content: SHA256Digest)],
    counters: [String: Counter], seed: UInt64
  ) -> SHA256Digest {
    let hash = SHA256()
    hash.update([1])
    hash.update(UInt64(tensors.count))
    for tensor in tensors.sorted(by: { $0.name < $1.name }) {
      hash.update(text: tensor.name)
      hash.update(text: "F32")
      hash.update(UInt64(tensor.shape.count))
      for extent in tensor.shape { hash.update(UInt64(extent)) }
      hash.update(tensor.content.bytes)
    }
    hash.update(UInt64(counters.count))
    for (name, counter) in counters.sorted(by: { $0.key < $1.key }) {
      hash.update(text: name)
      switch counter {
      case .integer(let value):
        hash.update([0])
        hash.update(UInt64(bitPattern: value))
      case .real(let value):
        hash.update([1])
        hash.update(value.bitPattern)
      }
    }
    hash.update(seed)
    return hash.finish()
  }
}
