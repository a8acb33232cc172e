/// Unsigned bytes in IDX, the format of MNIST: a magic number, the extents, the bytes.
///
/// Y. LeCun, "The MNIST database", section "File formats": two zero bytes, a type, the number of
/// dimensions, then each extent as four bytes from the highest.
struct IDXFile {
  let path: String
  /// Examples first.
  let extents: [Int]
  /// The bytes behind the header, row by row.
  let values: [UInt8]
  /// Header and bytes, as they stand unpacked.
  let content: [UInt8]

  /// Bytes that a file may tell at most: a damaged header must not ask for all memory.
  private static let mostBytes = 1 << 31

  /// Reads a file, packed by gzip or not.
  ///
  /// - Parameters:
  ///   - dimensions: how many the file must have.
  ///   - elementShape: the extents behind the first; empty where any will do.
  /// - Throws: ``DatasetError`` that names the file.
  init(path: String, dimensions: Int, elementShape: [Int] = []) throws {
    let headerSize = 4 + 4 * dimensions
    var extents: [Int] = []
    content = try GzipFile(path: path).content(headerSize: headerSize) { header in
      extents = try Self.extents(header, path: path, dimensions: dimensions)
      if !elementShape.isEmpty, Array(extents.dropFirst()) != elementShape {
        throw DatasetError(
          .invalid,
          "\(path) holds examples of \(Self.text(extents.dropFirst())), "
            + "not \(Self.text(elementShape[...]))")
      }
      var size = 1
      for extent in extents {
        let (product, overflow) = size.multipliedReportingOverflow(by: extent)
        guard !overflow, product <= Self.mostBytes else {
          throw DatasetError(
            .invalid, "\(path) tells of \(Self.text(extents[...])) bytes: too many")
        }
        size = product
      }
      guard size > 0 else { throw DatasetError(.invalid, "\(path) holds no examples") }
      return headerSize + size
    }
    self.path = path
    self.extents = extents
    values = Array(content[headerSize...])
  }

  private static func extents(
    _ header: ArraySlice<UInt8>, path: String, dimensions: Int
  ) throws -> [Int] {
    let bytes = Array(header)
    guard bytes[0] == 0, bytes[1] == 0 else {
      throw DatasetError(.invalid, "\(path) is not in IDX format: it does not begin with two zeros")
    }
    guard bytes[2] == 0x08 else {
      throw DatasetError(
        .invalid, "\(path) holds values of IDX type \(bytes[2]), not unsigned bytes (8)")
    }
    guard Int(bytes[3]) == dimensions else {
      throw DatasetError(
        .invalid, "\(path) has \(bytes[3]) dimensions in its header, not \(dimensions)")
    }
    return (0..<dimensions).map { dimension in
      bytes[(4 + 4 * dimension)..<(8 + 4 * dimension)].reduce(0) { $0 << 8 | Int($1) }
    }
  }

  private static func text(_ extents: ArraySlice<Int>) -> String {
    extents.map(String.init).joined(separator: " × ")
  }
}
