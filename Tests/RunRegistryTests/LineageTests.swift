import GRDB
import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("Lineage")
struct LineageTests {
  let folder: TemporaryFolder
  let writer: RegistryWriter

  init() throws {
    folder = try TemporaryFolder()
    writer = try RegistryWriter(path: folder.file())
  }

  /// A finished run with a checkpoint, which its children start from.
  private func begin(_ name: String, parent: RunID? = nil) throws -> RunID {
    let session = try writer.begin(
      name,
      parent: try parent.map { parent in
        let start = try RegistryReader(path: folder.file()).checkpoints(of: parent).last
        return Run.Parent(id: parent, checkpointDigest: try #require(start).digest)
      })
    try session.save(makeSnapshot(seed: UInt64(name.count)), step: 1, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    return session.runID
  }

  @Test("a family is the same from each of its members, and strangers are not of it")
  func family() throws {
    let first = try begin("first")
    let child = try begin("child", parent: first)
    let other = try begin("other", parent: first)
    let grandchild = try begin("grandchild", parent: child)
    let stranger = try begin("stranger")
    let reader = try RegistryReader(path: folder.file())
    for id in [first, child, other, grandchild] {
      #expect(Set(try reader.lineage(of: id).map(\.id)) == [first, child, other, grandchild])
    }
    #expect(try reader.lineage(of: stranger).map(\.id) == [stranger])
    let ancestors = try reader.ancestors(of: reader.run(grandchild.rawValue))
    #expect(ancestors.map(\.id) == [child, first])
    #expect(try reader.ancestors(of: reader.run(first.rawValue)).isEmpty)
  }

  @Test("a deleted parent ends the lineage of its children")
  func orphans() throws {
    let first = try begin("first")
    let child = try begin("child", parent: first)
    _ = try writer.delete([first])
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.lineage(of: child).map(\.id) == [child])
    #expect(try reader.ancestors(of: reader.run("child")).isEmpty)
    #expect(throws: RegistryError.self) { try reader.lineage(of: first) }
  }

  @Test("runs that are one another's parents, as a stranger's file may have it, are read once each")
  func circle() throws {
    let first = try begin("first")
    let second = try begin("second", parent: first)
    try writer.close()
    try DatabaseQueue(path: folder.file()).write { database in
      try database.execute(
        sql: "UPDATE run SET parent_run_id = ?, parent_digest = zeroblob(32) WHERE run_id = ?",
        arguments: [second.rawValue, first.rawValue])
    }
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.lineage(of: first).count == 2)
    #expect(try reader.ancestors(of: reader.run("first")).map(\.id) == [second])
  }
}
