import Foundation
import GRDB
import Migrations
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Opening")
struct OpeningTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A registry with one run, closed.
  private func makeRegistry() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.record(measure(1, ["d_loss": 1]))
    try session.save(makeSnapshot(), step: 1, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
  }

  /// Files that are refused: how each is made, the kind of error, words of the sentence.
  enum Strange: CaseIterable {
    case text, otherDatabase, otherWAL, newer, truncated, torn, half

    func make(_ folder: TemporaryFolder) throws {
      let path = folder.file()
      switch self {
      case .text: try Data("not a database at all, but long enough".utf8).write(to: url(path))
      case .otherDatabase, .otherWAL:
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
          if self == .otherWAL { try database.execute(sql: "PRAGMA journal_mode = WAL") }
          try database.execute(sql: "CREATE TABLE song(title TEXT); INSERT INTO song VALUES('x')")
        }
        try queue.close()
      case .newer:
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
          try database.execute(sql: "PRAGMA user_version = 99")
        }
        try queue.close()
      case .truncated: truncate(path, 40_000)
      case .torn: truncate(path, 60)
      case .half:
        // The second half of every page but the first is another file's.
        var bytes = try Data(contentsOf: url(path))
        for page in stride(from: 16_384, to: bytes.count, by: 16_384) {
          bytes.replaceSubrange(
            page..<page + 64, with: Data(repeating: 0xA5, count: 64))
        }
        try bytes.write(to: url(path))
      }
    }

    var needsRegistry: Bool { [.newer, .truncated, .torn, .half].contains(self) }

    private func url(_ path: String) -> URL { URL(fileURLWithPath: path) }
  }

  @Test(
    "a strange file is refused with a sentence and not changed by one byte",
    arguments: Strange.allCases)
  func strange(file: Strange) throws {
    if file.needsRegistry { try makeRegistry() }
    try file.make(folder)
    try? FileManager.default.removeItem(atPath: folder.file("runs.db.lock"))
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
    let names = folder.names
    let read = try #require(throws: RegistryError.self) {
      let reader = try RegistryReader(path: folder.file())
      for run in try reader.runs().runs { _ = try reader.checkpoints(of: run.id) }
    }
    let write = try #require(throws: RegistryError.self) {
      let writer = try RegistryWriter(path: folder.file())
      defer { try? writer.close() }
      _ = try writer.begin()
    }
    for error in [read, write] {
      #expect(error.kind == .invalid, "\(error)")
      #expect(error.description.contains(folder.file()))
      #expect(!error.description.contains("SQLite error"))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == before)
    // Of a damaged registry the lock and an empty WAL may be left, of a stranger's file nothing.
    if !file.needsRegistry { #expect(folder.names == names) }
  }

  @Test("reading makes nothing where nothing is")
  func missing() throws {
    let error = try #require(throws: RegistryError.self) { try RegistryReader(path: folder.file()) }
    #expect(error.kind == .missing)
    #expect(folder.names.isEmpty)
  }

  @Test("an empty file holds nothing to read, and a writer fills it")
  func empty() throws {
    #expect(FileManager.default.createFile(atPath: folder.file(), contents: nil))
    let error = try #require(throws: RegistryError.self) { try RegistryReader(path: folder.file()) }
    #expect(error.kind == .missing)
    #expect(folder.names == ["runs.db"])
    try makeRegistry()
    #expect(try RegistryReader(path: folder.file()).runs().total == 1)
  }

  @Test("a folder is refused", arguments: [true, false])
  func directory(reads: Bool) throws {
    let error = try #require(throws: RegistryError.self) {
      if reads {
        _ = try RegistryReader(path: folder.path)
      } else {
        _ = try RegistryWriter(path: folder.path)
      }
    }
    #expect(error.kind == .invalid)
  }

  @Test("a folder that does not exist is said")
  func noFolder() throws {
    let error = try #require(throws: RegistryError.self) {
      try RegistryWriter(path: folder.file("nowhere/runs.db"))
    }
    #expect(error.kind == .missing)
  }

  @Test(
    "a network file system is refused, also one behind FUSE",
    arguments: [
      ("/data/runs.db", true), ("/data", true), ("/database/runs.db", false),
      ("/data/local disk/runs.db", false), ("/home/x/far/runs.db", true),
      ("/mnt/ntfs/runs.db", false),
      ("/runs.db", false),
    ])
  func network(path: String, isRefused: Bool) throws {
    let mounts = """
      27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
      28 27 0:40 / /data rw - ext4 /dev/vdb rw
      29 27 0:41 / /data rw master:2 propagate_from:3 - nfs4 host:/export rw
      30 29 0:42 / /data/local\\040disk rw - xfs /dev/vdc rw
      31 27 0:43 / /home/x/far rw - fuse.sshfs host: rw
      32 27 0:44 / /mnt/ntfs rw - fuse.ntfs-3g /dev/vdd rw
      """
    let system = FileSystem(of: path, mounts: mounts)
    guard isRefused else { return try RegistryFile.checkFileSystem(path, on: system) }
    let error = try #require(throws: RegistryError.self) {
      try RegistryFile.checkFileSystem(path, on: system)
    }
    #expect(error.kind == .invalid && error.description.contains(system.kind))
  }

  @Test("this machine's own mounts can be read")
  func mounts() { #expect(FileSystem(of: folder.path).kind != "") }

  @Test("a link to a registry that is not there yet makes it where the link points")
  func danglingLink() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("far"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("second.db"), withDestinationPath: "far/runs.db")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("first.db"), withDestinationPath: folder.file("second.db"))
    let error = try #require(throws: RegistryError.self) {
      try RegistryReader(path: folder.file("first.db"))
    }
    #expect(error.kind == .missing && error.description.contains("far/runs.db"))
    try RegistryWriter(path: folder.file("first.db")).close()
    #expect(folder.names == ["far", "first.db", "second.db"])
    #expect(try RegistryReader(path: folder.file("far/runs.db")).runs().total == 0)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("third.db"), withDestinationPath: "nowhere/runs.db")
    let lost = try #require(throws: RegistryError.self) {
      try RegistryWriter(path: folder.file("third.db"))
    }
    #expect(lost.kind == .missing && lost.description.contains("nowhere/runs.db"))
  }

  @Test("a WAL whose file is gone or empty is kept and said", arguments: [true, false])
  func loneWAL(isGone: Bool) throws {
    let wal = Data("commits of another time".utf8)
    try wal.write(to: URL(fileURLWithPath: folder.file() + "-wal"))
    if !isGone { try Data().write(to: URL(fileURLWithPath: folder.file())) }
    let names = folder.names
    for opens in [
      { _ = try RegistryReader(path: folder.file()) },
      { _ = try RegistryWriter(path: folder.file()) },
    ] {
      let error = try #require(throws: RegistryError.self, performing: opens)
      #expect(error.kind == (isGone ? .missing : .invalid))
      #expect(error.description.contains("runs.db-wal"))
    }
    #expect(folder.names == names)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file() + "-wal")) == wal)
  }

  @Test("a link to a registry shares its lock and WAL")
  func links() throws {
    try makeRegistry()
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.db"), withDestinationPath: folder.file())
    let writer = try RegistryWriter(path: folder.file("link.db"))
    #expect(writer.path.hasSuffix("/runs.db"))
    try writer.close()
    #expect(folder.names == ["link.db", "runs.db", "runs.db.lock"])
  }

  @Test("odd characters in a path mean nothing")
  func oddPath() throws {
    let path = folder.file("a?b#c%20 é.db")
    let writer = try RegistryWriter(path: path)
    try writer.begin().finish(.finished)
    try writer.close()
    #expect(try RegistryReader(path: path).runs().total == 1)
    #expect(folder.names.count == 2)
  }

  @Test("the settings of the file and of its connections are those that were chosen")
  func pragmas() throws {
    try makeRegistry()
    let writer = try RegistryWriter(path: folder.file())
    let expected: [String: Int] = [
      "page_size": 16_384, "auto_vacuum": 2, "synchronous": 1, "secure_delete": 2,
      "foreign_keys": 1, "wal_autocheckpoint": 0, "cell_size_check": 1, "trusted_schema": 0,
      "application_id": 0x4741_4E52, "user_version": migrations.count,
    ]
    for (pragma, value) in expected {
      let found = try writer.connection.read { try Int.fetchOne($0, sql: "PRAGMA \(pragma)") }
      #expect(found == value, "\(pragma)")
    }
    #expect(
      try writer.connection.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    try writer.close()
  }

  @Test("a file that can't be written is still read, and a WAL after a crash belongs to it")
  func leftWAL() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.record(measure(1, ["d_loss": 1]))
    try session.flush()
    // What a killed process leaves: the file and its WAL, without the shared memory.
    let copy = folder.file("copy.db")
    for end in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: folder.file() + end, toPath: copy + end)
    }
    #expect(try RegistryReader(path: copy).points(of: session.runID, metric: "d_loss").count == 1)
    let next = try RegistryWriter(path: copy)
    try next.close()
    #expect(!folder.names.contains("copy.db-wal"))
    #expect(try RegistryReader(path: copy).points(of: session.runID, metric: "d_loss").count == 1)
    try session.finish(.finished)
    try writer.close()
  }
}
