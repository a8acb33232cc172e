import CSQLite
import Foundation
import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("The WAL while a checkpoint is stored")
struct GrowingWALTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var fileBytes: Int64 { RegistryFile.state(of: folder.file())?.size ?? 0 }

  /// Inserts chunks of a MiB that nothing names, 8 in a transaction.
  private func insert(_ numbers: Range<Int>, _ connection: WriterConnection) throws {
    var raw = [UInt8](repeating: 7, count: 1 << 20)
    for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 8) {
      try connection.transaction { transaction in
        for number in start..<min(start + 8, numbers.upperBound) {
          raw[0] = UInt8(number)
          try raw.withUnsafeBytes { bytes in
            try transaction.insert(
              EncodedChunk(
                digest: SHA256.digest(bytes), byteCount: bytes.count, codec: .raw, data: bytes))
          }
        }
      }
    }
  }

  @Test("keeps what is stored, which settling moves into the file")
  func settles() throws {
    let writer = try RegistryWriter(path: folder.file())
    try writer.perform { connection in
      try connection.saving { try insert(0..<32, connection) }
      #expect(connection.walBytes > 32 << 20)
      #expect(fileBytes < 1 << 20)
      try connection.settle()
      #expect(fileBytes > 32 << 20)
      // Outside a save 16 MiB are enough.
      try insert(32..<56, connection)
      #expect(fileBytes > 48 << 20)
    }
    try writer.close()
  }

  @Test("moves it meanwhile where it grows longer")
  func bounded() throws {
    let writer = try RegistryWriter(path: folder.file())
    try writer.perform { connection in
      try connection.saving(upTo: 48 << 20) {
        try insert(0..<40, connection)
        #expect(fileBytes < 1 << 20)
        try insert(40..<56, connection)
        #expect(fileBytes > 48 << 20)
      }
    }
    try writer.close()
  }

  @Test("moves into the file once nothing waits, whether or not anything comes after")
  func idle() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    let snapshot = makeSnapshot(["weight": 6_000_000])
    try session.save(snapshot, step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    // Durable and to be seen, be it in the WAL or in the file.
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.checkpoints(of: session.runID).map(\.step) == [1])
    let deadline = Date(timeIntervalSinceNow: 60)
    while fileBytes < 24_000_000 && Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
    #expect(fileBytes > 24_000_000)
    try session.finish(.finished)
    try writer.close()
  }

  @Test("gets each page once, when its transaction commits: the cache holds all of them until then")
  func noneSpilled() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    try session.save(makeSnapshot(["weight": 8_000_000]), step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    let spilled = try writer.perform { connection in
      #expect(connection.commits > 4)
      return try connection.read { database in
        var now: Int32 = 0
        var most: Int32 = 0
        let code = sqlite3_db_status(
          database.sqliteConnection, SQLITE_DBSTATUS_CACHE_SPILL, &now, &most, 0)
        #expect(code == SQLITE_OK)
        return now
      }
    }
    #expect(spilled == 0)
    try session.finish(.finished)
    try writer.close()
  }

  @Test("may come to what the disk moves in two seconds, within bounds")
  func bound() {
    var bound = WALBound()
    #expect(bound.saving == 64 << 20)
    bound.note(moved: 50_000_000, in: .milliseconds(500))
    #expect(bound.saving == 200_000_000)
    bound.note(moved: 50_000_000, in: .seconds(20))
    #expect(bound.saving == WALBound.usual)
    bound.note(moved: 50_000_000, in: .zero)
    #expect(bound.saving == WALBound.most)
  }
}
