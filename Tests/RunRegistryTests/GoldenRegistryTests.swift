import Foundation
import GRDB
import Migrations
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

/// A registry that the program of the schema's first version wrote: a run of three epochs, and a child
/// of its second.
@Suite("Registries of earlier versions")
struct GoldenRegistryTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let packed = MigrationTests.root
      .appendingPathComponent("Tests/RunRegistryTests/Fixtures/version-1.db.gz")
    try Data(contentsOf: packed).write(to: URL(fileURLWithPath: folder.file("runs.db.gz")))
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = ["-d", folder.file("runs.db.gz")]
    try gzip.run()
    gzip.waitUntilExit()
  }

  private func expectWhole(_ reader: RegistryReader, version: Int) throws {
    #expect(try reader.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == version)
    let (runs, total) = try reader.runs()
    #expect(total == 2)
    #expect(runs.map(\.id.rawValue) == ["rd22jbgwdja6d9", "rd22jbe24nqeqe"])
    #expect(runs.map(\.deletedAt) == [nil, nil])
    #expect(try reader.run("latest~1").name == "golden")
    let digests = try runs.map { try reader.checkpoints(of: $0.id).map(\.digest.description) }
    #expect(
      digests.map { $0.map { $0.prefix(8) } } == [
        ["d26dab22", "958532b3"], ["9c122040", "d26dab22"],
      ])
    for reference in ["golden@best", "golden@epoch:2", "child@epoch:3", "child@last"] {
      let (_, checkpoint, snapshot) = try reader.snapshot(reference)
      #expect(snapshot.digest == checkpoint.digest)
    }
    for run in runs {
      #expect(try reader.seal(recomputedFor: run.id) == reader.storedSeal(of: run.id))
    }
  }

  @Test("a registry of the first version is read as it stands, not changed by a byte")
  func reading() throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
    try expectWhole(RegistryReader(path: folder.file()), version: 1)
    #expect(try RegistryReader(path: folder.file(), choice: .deleted).runs().total == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == before)
    #expect(folder.names == ["runs.db"])
  }

  @Test("the next writer brings it up to date, with the same digests and seals")
  func migrating() throws {
    try RegistryWriter(path: folder.file()).close()
    try expectWhole(RegistryReader(path: folder.file()), version: migrations.count)
  }
}
