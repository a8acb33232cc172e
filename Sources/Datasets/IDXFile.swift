/// Unsigned bytes in IDX, the format of MNIST: a magic number, the extents, the bytes.
///
/// Y. LeCun, "The MNIST database", section "File formats": two zero bytes, a type, the number of
/// dimensions, then each extent as four bytes from the highest.
struct IDXFile {
  let path: String
  /// Examples first.
  let extents: [Int]
  /// What stands before the values.
  let header: [UInt8]
  /// Row by row.
  let values: [UInt8]

  /// Bytes that a header may tell at most: a damaged one must not ask for all memory.
  private static let mostBytes = 1 << 31

  /// Reads a file, packed by gzip or not.
  ///
  /// - Parameters:
  ///   - hash: takes the whole unpacked content, where there is one.
  ///   - check: is asked whether the extents behind the first are the right ones.
  /// - Throws: ``DatasetError`` that names the file, and what `check` throws.
  init(path: String, hash: ContentHash? = nil, check: ([Int]) throws -> Void) throws {
    let reader = try GzipReader(path: path)
    let (header, extents) = try Self.header(of: reader, path: path)
    let elementShape = Array(extents.dropFirst())
    try check(elementShape)
    let size = elementShape.reduce(1, *)
    guard extents[0] > 0, size > 0 else {
      throw DatasetError(.invalid, "\(path) holds no examples")
    }
    guard extents[0] <= Self.mostBytes / size else {
      throw DatasetError(.invalid, "\(path) tells of \(extents[0]) examples, which is too many")
    }
    self.path = path
    self.extents = extents
    self.header = header
    hash?.update(header)
    values = try reader.read(extents[0] * size, hash: hash)
    try reader.expectEnd()
  }

  /// A file whose examples have no extent of their own.
  static func labels(path: String, hash: ContentHash? = nil) throws -> IDXFile {
    try IDXFile(path: path, hash: hash) { shape in
      guard shape.isEmpty else {
        throw DatasetError(
          .invalid, "\(path) has \(shape.count + 1) dimensions in its header, not 1")
      }
    }
  }

  /// The extents in a file's header.
  static func extents(path: String) throws -> [Int] {
    try header(of: GzipReader(path: path), path: path).extents
  }

  /// Refuses labels that are not one a picture.
  func expectLabels(of pictures: IDXFile) throws {
    guard pictures.extents[0] == extents[0] else {
      throw DatasetError(
        .invalid,
        "\(path) holds \(extents[0]) labels for the \(pictures.extents[0]) pictures of "
          + pictures.path)
    }
  }

  private static func header(
    of reader: GzipReader, path: String
  ) throws -> (bytes: [UInt8], extents: [Int]) {
    let magic = try reader.read(4)
    guard magic[0] == 0, magic[1] == 0 else {
      throw DatasetError(.invalid, "\(path) is not in IDX format: it does not begin with two zeros")
    }
    guard magic[2] == 0x08 else {
      throw DatasetError(
        .invalid, "\(path) holds values of IDX type \(magic[2]), not unsigned bytes (8)")
    }
    let dimensions = Int(magic[3])
    guard (1...4).contains(dimensions) else {
      throw DatasetError(
        .invalid, "\(path) has \(dimensions) dimensions in its header; 1 to 4 can be read")
    }
    let sizes = try reader.read(4 * dimensions)
    let extents = (0..<dimensions).map { dimension in
      sizes[4 * dimension..<4 * dimension + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return (magic + sizes, extents)
  }
}
