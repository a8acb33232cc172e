import Files

/// Writes safetensors files: tensors of float32, in the order of their names.
public enum SafetensorsWriter {
  /// One tensor whose bytes are asked for when they are due.
  public struct Tensor {
    /// Its name in the file.
    public var name: String
    /// Extents, the slowest first.
    public var shape: [Int]
    /// Hands its bytes, little-endian float32, to the given function, in as many pieces as it likes.
    public var bytes: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// A tensor and where its bytes come from.
    public init(
      name: String, shape: [Int],
      bytes: @escaping ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) {
      self.name = name
      self.shape = shape
      self.bytes = bytes
    }

    /// A tensor from its values, row by row.
    public init(name: String, shape: [Int], values: [Float]) {
      self.init(name: name, shape: shape) { take in
        // Little-endian, as every machine that this is built for.
        try values.withUnsafeBytes(take)
      }
    }
  }

  /// Writes a file beside its name and renames it into place, durably.
  ///
  /// - Parameters:
  ///   - tensors: in any order; names must differ.
  ///   - metadata: texts by key, stored sorted.
  ///   - path: replaced where it exists.
  /// - Throws: `SafetensorsError`.
  public static func write(
    tensors: [Tensor], metadata: [String: String], to path: String
  ) throws {
    // The reference writer sorts by falling alignment, then by name; there is one alignment here.
    let sorted = tensors.sorted { $0.name < $1.name }
    let header = try SafetensorsHeader(
      tensors: sorted.map { ($0.name, $0.shape) }, metadata: metadata)
    do {
      let file = try OutputFile(path: path, sweepsDrafts: true)
      try header.bytes.withUnsafeBytes(file.write)
      for tensor in sorted {
        let begin = file.count
        try tensor.bytes(file.write)
        let expected = tensor.shape.reduce(4, *)
        guard file.count - begin == expected else {
          throw SafetensorsError(
            .invalid,
            "Tensor \(tensor.name) came with \(file.count - begin) bytes, and its shape "
              + "\(tensor.shape) needs \(expected).")
        }
      }
      try file.finish()
    } catch let error as FileError {
      throw SafetensorsError(error.isMissingFolder ? .missing : .disk, error.description)
    }
  }
}
