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
  ///   - dimensions: how many the file must have.
  ///   - elementShape: the extents behind the first.
  /// - Throws: ``DatasetError`` that names the file.
  init(path: String, dimensions: Int, elementShape: [Int]) throws {
    let reader = try GzipReader(path: path)
    let magic = try reader.read(4)
    try Self.check(magic, path: path, dimensions: dimensions)
    let sizes = try reader.read(4 * dimensions)
    let extents = (0..<dimensions).map { dimension in
      sizes[4 * dimension..<4 * dimension + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard Array(extents.dropFirst()) == elementShape else {
      throw DatasetError(
        .invalid,
        "\(path) holds examples of \(Self.text(extents[1...])), not \(Self.text(elementShape[...]))"
      )
    }
    let size = elementShape.reduce(1, *)
    guard extents[0] > 0 else { throw DatasetError(.invalid, "\(path) holds no examples") }
    guard extents[0] <= Self.mostBytes / size else {
      throw DatasetError(.invalid, "\(path) tells of \(extents[0]) examples, which is too many")
    }
    self.path = path
    self.extents = extents
    header = magic + sizes
    values = try reader.read(extents[0] * size)
    try reader.expectEnd()
  }

  private static func check(_ magic: [UInt8], path: String, dimensions: Int) throws {
    guard magic[0] == 0, magic[1] == 0 else {
      throw DatasetError(.invalid, "\(path) is not in IDX format: it does not begin with two zeros")
    }
    guard magic[2] == 0x08 else {
      throw DatasetError(
        .invalid, "\(path) holds values of IDX type \(magic[2]), not unsigned bytes (8)")
    }
    guard Int(magic[3]) == dimensions else {
      throw DatasetError(
        .invalid, "\(path) has \(magic[3]) dimensions in its header, not \(dimensions)")
    }
  }

  private static func text(_ extents: ArraySlice<Int>) -> String {
    extents.map(String.init).joined(separator: " × ")
  }
}
