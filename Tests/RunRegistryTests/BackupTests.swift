import Foundation
import GRDB
import Migrations
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Backups")
struct BackupTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func train(_ name: String, in writer: RegistryWriter) throws -> RunID {
    let session = try writer.begin(name)
    try session.record(measure(1, epoch: 1, ["d_loss": 1]))
    try session.save(
      makeSnapshot(["generator.0.weight": 1 << 18], seed: UInt64(name.count)), step: 1, epoch: 1,
      isEpochEnd: true)
    try session.finish(.finished)
    return session.runID
  }

  @Test("a backup made beside a writer is one file, whole, with the same seals and digests")
  func whole() throws {
    let writer = try RegistryWriter(path: folder.file())
    let ids = [try train("one", in: writer), try train("second", in: writer)]
    try writer.delete([ids[0]])
    // The writer stays open: part of the registry is in its WAL.
    let source = try RegistryReader(path: folder.file(), choice: .all)
    let backup = try source.backUp(to: folder.file("copy.db"))
    #expect(backup.runs == 2 && backup.checkpoints == 2)
    #expect(folder.names.filter { $0.hasPrefix("copy") } == ["copy.db"])
    // Still a reader of what it was opened for.
    #expect(try source.runs().total == 2)
    #expect(try RegistryReader(path: folder.file()).runs().total == 1)
    let copy = try RegistryReader(path: folder.file("copy.db"), choice: .all)
    #expect(try copy.storedSeal() == source.storedSeal())
    for id in ids {
      #expect(try copy.seal(recomputedFor: id) == source.storedSeal(of: id))
      #expect(try copy.checkpoints(of: id) == source.checkpoints(of: id))
      for checkpoint in try copy.checkpoints(of: id) { _ = try copy.snapshot(of: checkpoint) }
    }
    let settings = try copy.read { database in
      try ["application_id", "user_version", "page_size", "auto_vacuum", "freelist_count"].map {
        try Int.fetchOne(database, sql: "PRAGMA \($0)")
      }
    }
    #expect(settings == [0x4741_4E52, migrations.count, 16_384, 2, 0])
    #expect(Int64(backup.bytes) == RegistryFile.state(of: folder.file("copy.db"))?.size)
    try writer.close()
    // It is a registry to go on with.
    let restored = try RegistryWriter(path: folder.file("copy.db"))
    try restored.restore([ids[0]])
    try restored.close()
    #expect(try RegistryReader(path: folder.file("copy.db")).runs().total == 2)
  }

  @Test("a backup takes the place of an earlier one of the same registry")
  func again() throws {
    let writer = try RegistryWriter(path: folder.file())
    _ = try train("one", in: writer)
    let reader = try RegistryReader(path: folder.file(), choice: .all)
    #expect(try reader.backUp(to: folder.file("copy.db")).runs == 1)
    _ = try train("second", in: writer)
    #expect(try reader.backUp(to: folder.file("copy.db")).runs == 2)
    try writer.close()
  }

  @Test(
    "what is no earlier backup is not replaced",
    arguments: ["text", "folder", "itself", "lock", "link", "other", "written", "busy", "nowhere"])
  func refused(what: String) throws {
    let writer = try RegistryWriter(path: folder.file())
    _ = try train("one", in: writer)
    try writer.close()
    let reader = try RegistryReader(path: folder.file(), choice: .all)
    var target = folder.file("copy.db")
    var kind = RegistryError.Kind.refused
    switch what {
    case "text": try Data("a letter".utf8).write(to: URL(fileURLWithPath: target))
    case "folder": target = folder.path
    case "itself": (target, kind) = (folder.file(), .usage)
    case "lock": (target, kind) = (folder.file("runs.db.lock"), .usage)
    case "link":
      #expect(symlink(folder.file(), target) == 0)
      kind = .usage
    case "other": try RegistryWriter(path: target).close()
    case "written":
      _ = try reader.backUp(to: target)
      let stranger = try RegistryWriter(path: target)
      _ = try train("theirs", in: stranger)
      try stranger.close()
    case "busy":
      _ = try reader.backUp(to: target)
      try Data("frames".utf8).write(to: URL(fileURLWithPath: target + "-wal"))
    default: (target, kind) = (folder.file("nowhere/copy.db"), .missing)
    }
    let names = folder.names
    let before = try? Data(contentsOf: URL(fileURLWithPath: target))
    let error = try #require(throws: RegistryError.self) { try reader.backUp(to: target) }
    #expect(error.kind == kind, "\(error)")
    #expect(folder.names == names)
    let after = try? Data(contentsOf: URL(fileURLWithPath: target))
    #expect(before == after)
  }

  @Test("a damaged registry is not backed up, and the earlier backup stays", arguments: [0, 1, 2])
  func damaged(what: Int) throws {
    let writer = try RegistryWriter(path: folder.file())
    _ = try train("one", in: writer)
    try writer.close()
    let target = folder.file("copy.db")
    _ = try RegistryReader(path: folder.file(), choice: .all).backUp(to: target)
    let earlier = try Data(contentsOf: URL(fileURLWithPath: target))
    let queue = try DatabaseQueue(path: folder.file())
    try queue.write { database in
      try database.execute(
        sql: [
          "UPDATE chunk SET data = zeroblob(length(data))", "UPDATE point SET value = value + 1",
          "DELETE FROM run",
        ][what])
    }
    try queue.close()
    let error = try #require(throws: RegistryError.self) {
      try RegistryReader(path: folder.file(), choice: .all).backUp(to: target)
    }
    #expect(error.kind == .invalid && error.description.contains("verify"), "\(error)")
    #expect(!error.description.contains(".new-"), "\(error)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == earlier)
    #expect(!folder.names.contains { $0.contains(".new-") })
  }
}
