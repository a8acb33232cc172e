/// Reads the records of a CSV file (RFC 4180), field by field.
final class RecordReader {
  /// Bytes that one field may have.
  static let longestField = 1 << 20

  private let file: FileStream
  private var piece = UnsafeRawBufferPointer(start: nil, count: 0)
  private var place = 0
  /// The line at which the record begins that was read last, from 1.
  private(set) var line = 0
  private var nextLine = 1
  /// The bytes of the last record's fields, one after the other, and where each ends.
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  init(path: String) throws(ExchangeError) { file = try FileStream(path: path) }

  /// Where the next record begins.
  var offset: Int { file.offset - (piece.count - place) }

  /// Goes to a record.
  ///
  /// - Parameters:
  ///   - offset: where it begins.
  ///   - line: its line.
  func seek(to offset: Int, line: Int) throws(ExchangeError) {
    try file.seek(to: offset)
    (piece, place, nextLine) = (UnsafeRawBufferPointer(start: nil, count: 0), 0, line)
  }

  /// The line at which the next record begins.
  var upcomingLine: Int { nextLine }

  /// How many fields the last record has.
  var count: Int { ends.count }

  /// Hands over the bytes of a field of the last record.
  func withField<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[(index == 0 ? 0 : ends[index - 1])..<ends[index]]))
    }
  }

  /// The text of a field of the last record; `nil` where it is not UTF-8.
  func text(_ index: Int) -> String? { withField(index) { String(validating: $0, as: UTF8.self) } }

  /// What is wrong with the last record.
  func fault(_ reason: String) -> ExchangeError {
    ExchangeError(
      .invalid, "\(file.path) can't be read: line \(line): \(reason). Mend it, or export it again.")
  }

  /// Reads the next record.
  ///
  /// - Parameter limit: the fields that it may have.
  /// - Returns: false at the file's end.
  func next(limit: Int) throws(ExchangeError) -> Bool {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    line = nextLine
    var isQuoted = false
    var wasQuoted = false
    var start = 0
    while true {
      guard let byte = try take() else {
        guard !isQuoted else { throw fault("a quoted field has no end") }
        if bytes.isEmpty, ends.isEmpty, !wasQuoted { return false }
        ends.append(bytes.count)
        return true
      }
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          if byte == 0x0A { nextLine += 1 }
          bytes.append(byte)
          guard bytes.count - start <= Self.longestField else { throw fault("a field is too long") }
          continue
        }
        isQuoted = false
        wasQuoted = true
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where wasQuoted:
        // Two quotes within quotes are one.
        bytes.append(byte)
        isQuoted = true
      case UInt8(ascii: "\"") where bytes.count == start: isQuoted = true
      case UInt8(ascii: ","):
        ends.append(bytes.count)
        guard ends.count < limit else { throw fault("it has more than \(limit) fields") }
        start = bytes.count
        wasQuoted = false
      case 0x0A:
        nextLine += 1
        if !wasQuoted, bytes.count > start, bytes.last == 0x0D { bytes.removeLast() }
        ends.append(bytes.count)
        return true
      case 0x0D where wasQuoted: break
      case _ where wasQuoted: throw fault("something follows a quoted field")
      default:
        bytes.append(byte)
        guard bytes.count - start <= Self.longestField else { throw fault("a field is too long") }
      }
    }
  }

  private func take() throws(ExchangeError) -> UInt8? {
    if place == piece.count {
      piece = try file.next()
      place = 0
      if piece.isEmpty { return nil }
    }
    defer { place += 1 }
    return piece[place]
  }
}
