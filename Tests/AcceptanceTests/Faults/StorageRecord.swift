import Foundation

/// What a program did to its files, as the recording VFS wrote it down (gr_faults.h).
struct StorageRecord {
  enum Event {
    case write(file: String, at: Int, Data)
    case truncate(file: String, to: Int)
    case sync(file: String)
    case failedSync(file: String)
    case delete(file: String)
    case mark(name: String, detail: String)
  }

  var events: [Event] = []

  /// Reads a record; a last event that is cut off is left out.
  init(at url: URL) throws {
    let bytes = try Data(contentsOf: url)
    var place = 0
    func take(_ count: Int) -> Data? {
      guard bytes.count - place >= count else { return nil }
      defer { place += count }
      return bytes.subdata(in: place..<place + count)
    }
    func integer(_ count: Int) -> Int? {
      take(count).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
    }
    while let kind = take(1)?.first, let name = integer(4).flatMap(take), let offset = integer(8),
      let data = integer(4).flatMap(take)
    {
      let file = String(decoding: name, as: UTF8.self)
      switch UnicodeScalar(kind) {
      case "W": events.append(.write(file: file, at: offset, data))
      case "T": events.append(.truncate(file: file, to: offset))
      case "S": events.append(.sync(file: file))
      case "F": events.append(.failedSync(file: file))
      case "D": events.append(.delete(file: file))
      default:
        events.append(.mark(name: file, detail: String(decoding: data, as: UTF8.self)))
      }
    }
  }
}
