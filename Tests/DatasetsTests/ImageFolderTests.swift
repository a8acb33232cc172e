import Datasets
import Foundation
import Pictures
import Testing

@Suite("Folders of pictures")
struct ImageFolderTests {
  /// A PNG of one gray.
  private static func png(_ value: UInt8, width: Int = 8, height: Int = 8) throws -> [UInt8] {
    try Picture(width: width, height: height, colors: .gray, background: [value]).png()
  }

  private static func read(
    _ folder: TemporaryFolder, size: Int = 4, channels: Int = 1
  ) throws -> PictureSet {
    try PictureSet.images(
      folder: folder.path, size: size, channels: channels, range: 0...1, heldOut: 0.25)
  }

  private static func values(_ data: PictureSet) -> Set<Float> {
    Set(data.rows(0..<(data.count ?? 0)) + data.heldOutRows(0..<(data.heldOutCount ?? 0)))
  }

  @Test("pictures of folders within are read, whatever their size, others are not")
  func content() throws {
    let folder = try TemporaryFolder([
      "b.png": Self.png(0), "a/é \u{1}.PNG": Self.png(51, width: 31, height: 9),
      "a/b/c.jpeg": Self.png(102), "d.jpg": Self.png(255, width: 2, height: 2),
      "labels.csv": [1, 2], ".hidden.png": [0],
    ])
    let data = try Self.read(folder)
    #expect(data.shape == [4, 4, 1])
    #expect(data.count == 3 && data.heldOutCount == 1)
    #expect(Self.values(data) == [0, 0.2, 0.4, 1])
    #expect(data.skipped.isEmpty && data.notices.isEmpty)
    #expect(try Self.read(folder, size: 8, channels: 3).shape == [8, 8, 3])
  }

  @Test("a damaged picture is named, left out and counted, and the others close up")
  func damaged() throws {
    var files = [String: [UInt8]]()
    for value in 1...9 { files["\(value).png"] = try Self.png(UInt8(value * 20)) }
    files["4.png"] = try Array(Self.png(80).dropLast(20))
    files["7.png"] = Array("text".utf8)
    let folder = try TemporaryFolder(files)
    let data = try Self.read(folder)
    #expect(data.skipped.map(\.name) == ["4.png", "7.png"])
    #expect(data.notices.last == "2 of 9 pictures are damaged and left out")
    #expect(data.notices[0].hasPrefix("4.png is left out: "))
    #expect((data.count ?? 0) + (data.heldOutCount ?? 0) == 7)
    #expect(Self.values(data) == Set([1, 2, 3, 5, 6, 8, 9].map { Float(Double($0 * 20) / 255) }))
  }

  @Test("the digest tells names and contents, not the folder")
  func digest() throws {
    let files = ["a.png": try Self.png(1), "b.png": try Self.png(2)]
    let first = try Self.read(TemporaryFolder(files)).dataDigest
    #expect(try Self.read(TemporaryFolder(files)).dataDigest == first)
    #expect(
      try Self.read(TemporaryFolder(["a.png": Self.png(1), "c.png": Self.png(2)])).dataDigest
        != first)
    #expect(
      try Self.read(TemporaryFolder(["a.png": Self.png(1), "b.png": Self.png(3)])).dataDigest
        != first)
  }

  @Test("what is no file, and links in circles, make nobody wait")
  func special() throws {
    let folder = try TemporaryFolder(["a.png": Self.png(1), "b.png": Self.png(2)])
    #expect(mkfifo(folder.path + "/pipe.png", 0o600) == 0)
    #expect(symlink(folder.path, folder.path + "/circle") == 0)
    #expect(symlink("/nowhere", folder.path + "/gone.png") == 0)
    let data = try Self.read(folder)
    #expect(data.skipped.map(\.name) == ["gone.png", "pipe.png"])
  }

  @Test("a folder without two pictures is refused, and says what is wanted")
  func refused() throws {
    let empty = try #require(throws: DatasetError.self) {
      try Self.read(TemporaryFolder(["a.txt": [1]]))
    }
    #expect(empty.description.contains(".png, .jpg or .jpeg"), "\(empty)")
    let broken = try #require(throws: DatasetError.self) {
      try Self.read(TemporaryFolder(["a.png": [1]]))
    }
    #expect(broken.description.contains("a.png"), "\(broken)")
    let one = try #require(throws: DatasetError.self) {
      try Self.read(TemporaryFolder(["a.png": Self.png(1)]))
    }
    #expect(one.description.contains("single picture"), "\(one)")
    let missing = try #require(throws: DatasetError.self) {
      try PictureSet.images(
        folder: "/nowhere", size: 4, channels: 1, range: 0...1, heldOut: 0.5)
    }
    #expect(missing.kind == .missing)
    #expect(missing.description.contains("data.path"), "\(missing)")
  }
}
