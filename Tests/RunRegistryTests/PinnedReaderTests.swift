import Foundation
import GRDB
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

@Suite("A reader that never ends")
struct PinnedReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes(of name: String) -> Int64 {
    RegistryFile.state(of: folder.file(name))?.size ?? 0
  }

  @Test("costs room in the WAL, which is said once, but no save; the room comes back when it ends")
  func pinned() throws {
    let notices = Mutex<[String]>([])
    let writer = try RegistryWriter(
      path: folder.file(),
      diskPatience: DiskPatience(longWAL: 24 << 20) { notice in
        notices.withLock { $0.append(notice) }
      })
    let session = try writer.begin(keepLast: 2)
    func save(_ steps: ClosedRange<Int>) throws {
      for step in steps {
        let snapshot = makeSnapshot(["weight": 500_000], seed: UInt64(step), step: step)
        try session.save(snapshot, step: step, epoch: step, isEpochEnd: true)
      }
      try session.flush()
    }
    try save(1...1)
    let reader = try DatabaseQueue(
      path: folder.file(), configuration: Connection.configuration(readonly: true))
    try reader.read { database in
      #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM checkpoint") == 1)
      try save(2...21)
      // The reader still sees its moment, and the WAL holds the 20 states of 2 MB, once each.
      #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM checkpoint") == 1)
      #expect((40_000_000..<60_000_000).contains(bytes(of: "runs.db-wal")))
      #expect(notices.withLock { $0.count { $0.contains("runs.db-wal holds 2") } } == 1)
    }
    try reader.close()
    // The WAL moves once nothing waits, and the save after that uses its room again.
    var last = 22
    try save(last...last)
    repeat {
      Thread.sleep(forTimeInterval: 0.1)
      last += 1
      try save(last...last)
    } while writer.connection.walBytes >= 24 << 20 && last < 100
    #expect(writer.connection.walBytes < 24 << 20)
    #expect(notices.withLock { $0.count { $0.contains("-wal holds") } } == 1)
    try session.finish(.finished)
    try writer.close()
    #expect(bytes(of: "runs.db-wal") == 0)
    #expect(bytes(of: "runs.db") < 12_000_000)
    let opened = try RegistryReader(path: folder.file())
    #expect(try opened.checkpoints(of: session.runID).map(\.step) == [last - 1, last])
    #expect(try opened.verify(data: .all).findings == [])
  }
}
