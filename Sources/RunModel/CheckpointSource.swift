/// A float32 tensor without its bytes: its name and extents.
public struct TensorShape: Sendable, Hashable {
  /// As in the contract: `generator.0.weight`, `optimizer.discriminator.m.2.bias`.
  public var name: String
  /// Extents, the slowest first.
  public var shape: [Int]
  /// Four bytes an element.
  public var byteCount: Int { shape.reduce(4, *) }

  /// Bytes of a float32 tensor of some extents; `nil` where no machine could count them, or an extent is
  /// negative.
  package static func byteCount(of shape: [Int]) -> Int? {
    var bytes = 4
    for extent in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflows else { return nil }
      bytes = product
    }
    return bytes
  }

  /// A tensor's name and extents.
  public init(name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}

/// The state that a checkpoint is stored from, its bytes asked for a piece at a time: a snapshot in
/// memory, or a file.
///
/// It never changes: a range of bytes that is asked for again is the same again.
public protocol CheckpointSource: Sendable {
  /// Names and extents, sorted by name.
  var layout: [TensorShape] { get }
  /// Steps, epochs, images, updates, positions, running sums of the current epoch.
  var counters: [String: Snapshot.Counter] { get }
  /// Running sums of time, in seconds: kept, and no part of the digest.
  var clocks: [String: Double] { get }
  /// The seed that all random numbers of the run follow from.
  var seed: UInt64 { get }

  /// Reads some bytes of a tensor: little-endian float32, row by row.
  ///
  /// - Parameters:
  ///   - index: which tensor of `layout`.
  ///   - range: which of its bytes.
  func withBytes<Result>(
    of index: Int, in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result
}

extension Snapshot: CheckpointSource {
  /// Names and extents, sorted by name.
  public var layout: [TensorShape] {
    tensors.map { TensorShape(name: $0.name, shape: $0.shape) }
  }

  /// Reads some bytes of a tensor: little-endian float32, row by row.
  public func withBytes<Result>(
    of index: Int, in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withBytes(of: tensors[index]) { bytes in
      try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }
}
