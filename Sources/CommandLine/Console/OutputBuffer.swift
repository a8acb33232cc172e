import Reports

/// Collects small pieces of a long result and passes them on in larger ones.
final class OutputBuffer {
  /// As much as a pipe takes at once (pipe(7)).
  private static let capacity = 65_536
  private var text = ""
  private let sink: (String) throws -> Void

  /// A buffer in front of a place.
  init(_ sink: @escaping (String) throws -> Void) {
    self.sink = sink
    text.reserveCapacity(Self.capacity + 1024)
  }

  /// Takes more text.
  func write(_ piece: String) throws {
    text += piece
    if text.utf8.count >= Self.capacity { try flush() }
  }

  /// Takes more text, and takes it out of where it was.
  func write(_ piece: inout ByteText) throws {
    text += piece.withBytes { String(decoding: $0, as: UTF8.self) }
    piece.removeAll()
    if text.utf8.count >= Self.capacity { try flush() }
  }

  /// Passes on what was collected.
  func flush() throws {
    guard !text.isEmpty else { return }
    try sink(text)
    text.removeAll(keepingCapacity: true)
  }
}
