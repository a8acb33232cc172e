public import RunModel

/// A checkpoint that gan-runs exported whole, compared with its checksum, its bytes read from the file as
/// they are asked for.
public struct ExportedCheckpoint: CheckpointSource {
  /// Names and extents, sorted by name.
  public let layout: [TensorShape]
  /// Steps, epochs, images, updates, positions, running sums of its epoch.
  public let counters: [String: Snapshot.Counter]
  /// Empty: no clock is exported.
  public let clocks: [String: Double] = [:]
  /// The seed that all random numbers of its run follow from.
  public let seed: UInt64

  /// Bytes in memory while the digest is taken.
  private static let pieceSize = 1 << 20

  private let reader: SafetensorsReader
  /// In the order of `layout`.
  private let tensors: [SafetensorsReader.Tensor]

  /// The checkpoint of a file, which is read through once.
  ///
  /// - Throws: `SafetensorsError`, `.invalid` where a tensor is not of float32, or anything changed since
  ///   the file was written.
  public init(_ reader: SafetensorsReader, _ metadata: CheckpointMetadata) throws {
    if let other = reader.tensors.first(where: { $0.dtype != .f32 }) {
      throw SafetensorsReader.unsound(
        reader.path,
        "tensor \(HeaderParser.shown(other.name)) is of \(other.dtype.rawValue), and a checkpoint's "
          + "are F32")
    }
    self.reader = reader
    tensors = reader.tensors.sorted { $0.name < $1.name }
    layout = tensors.map { TensorShape(name: $0.name, shape: $0.shape) }
    counters = metadata.counters
    seed = metadata.seed
    guard metadata.isSealed(over: try digest()) else {
      throw SafetensorsReader.unsound(
        reader.path,
        metadata.checksum == nil
          ? "its metadata have no checksum"
          : "a tensor, a counter, the seed or a setting is not the one that its checksum was taken of"
      )
    }
  }

  private func digest() throws -> SHA256Digest {
    let tensors = try layout.enumerated().map { index, tensor in
      let hash = SHA256()
      for start in stride(from: 0, to: tensor.byteCount, by: Self.pieceSize) {
        let end = min(tensor.byteCount, start + Self.pieceSize)
        try withBytes(of: index, in: start..<end) { hash.update($0) }
      }
      return (tensor.name, tensor.shape, hash.finish())
    }
    return Snapshot.digest(tensors: tensors, counters: counters, seed: seed)
  }

  /// Reads some bytes of a tensor: little-endian float32, row by row.
  ///
  /// - Throws: `SafetensorsError`, `.invalid` where the file was written to meanwhile; and what `body`
  ///   throws.
  public func withBytes<Result>(
    of index: Int, in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    // As malloc aligns it: glibc 2.36 does not use freed memory again for a larger alignment.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
    defer { memory.deallocate() }
    try reader.read(tensors[index], from: range.lowerBound, into: memory)
    return try body(UnsafeRawBufferPointer(memory))
  }
}
