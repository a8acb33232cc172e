import Datasets
import RunModel
import Testing

@Suite("Pictures of IDX files")
struct IDXPicturesTests {
  /// A file of unsigned bytes: header, then values.
  private static func idx(_ extents: [Int], _ values: [UInt8]) -> [UInt8] {
    let header: [UInt8] = [0, 0, 8, UInt8(extents.count)]
    let sizes = extents.flatMap { extent in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) }
    }
    return header + sizes + values
  }

  /// `count` gray pictures of 2 × 3, each of one value.
  private static func plain(_ count: Int) -> [UInt8] {
    idx([count, 2, 3], (0..<count).flatMap { Array(repeating: UInt8($0), count: 6) })
  }

  private static func read(
    _ content: [UInt8], labels: [UInt8]? = nil, heldOut: Double = 0.25
  ) throws -> PictureSet {
    let folder = try TemporaryFolder()
    return try PictureSet.idx(
      path: folder.write(content, to: "pictures"),
      labels: labels.map { try folder.write($0, to: "labels") }, range: 0...1, heldOut: heldOut)
  }

  @Test("packed or not, the same pictures and the digest of the unpacked file")
  func content() throws {
    let file = Self.plain(20)
    for content in [file, packed(file)] {
      let data = try Self.read(content, labels: Self.idx([20], Array(0..<20)))
      #expect(data.shape == [2, 3, 1])
      #expect(data.count == 15 && data.heldOutCount == 5)
      #expect(data.labels == Array(0..<20))
      #expect(data.dataDigest == SHA256.digest(file))
    }
  }

  @Test("every picture is either trained on or held out", arguments: [0.01, 0.05, 0.5, 0.99])
  func split(part: Double) throws {
    let data = try Self.read(Self.plain(100), heldOut: part)
    let held = try #require(data.heldOutCount)
    let count = try #require(data.count)
    #expect(held == Int((100 * part).rounded()))
    let training = stride(from: 0, to: count * 6, by: 6).map { data.rows(0..<count)[$0] }
    let kept = stride(from: 0, to: held * 6, by: 6).map { data.heldOutRows(0..<held)[$0] }
    #expect(Set(training + kept).count == 100)
    #expect(training == training.sorted() && kept == kept.sorted())
    // Not the end of the file, which often is one class.
    if part == 0.05 { #expect(kept.contains { $0 < 95.0 / 255 }) }
  }

  @Test("colour stands in a fourth dimension")
  func colour() throws {
    let data = try Self.read(
      Self.idx([2, 1, 2, 3], [0, 51, 102, 153, 204, 255] + [9, 9, 9, 9, 9, 9]))
    #expect(data.shape == [1, 2, 3])
    #expect(data.count == 1 && data.heldOutCount == 1)
    let rows = data.rows([0]) + data.heldOutRows(0..<1)
    #expect(rows.contains(0.2) && rows.contains(1))
  }

  @Test("the shape is read from the header alone")
  func shape() throws {
    let folder = try TemporaryFolder(["a": Array(Self.idx([9, 28, 20], []))])
    #expect(try PictureSet.idxShape(path: folder.path + "/a") == [28, 20, 1])
  }

  static let damages: [(content: [UInt8], says: String)] = [
    (idx([4], [1, 2, 3, 4]), "dimensions"), (idx([1, 2, 2], [1, 2, 3, 4]), "a single picture"),
    (idx([2, 3, 2, 2], Array(repeating: 0, count: 24)), "2 channels"),
    (idx([2, 0, 2], []), "1 to 4096"), (idx([2, 5000, 1], []), "1 to 4096"),
    (idx([1 << 31, 16, 16], []), "too many"), (idx([2, 4096, 4096], []), "at most"),
    ([0, 0, 8, 9] + Array(repeating: 0, count: 40), "9 dimensions"),
    (Array(plain(4).dropLast()), "ends too early"), (plain(4) + [0], "holds more"),
    (Array("P5 2 2 255".utf8), "IDX"), ([], "ends too early"),
  ]

  @Test("what is no file of pictures is refused by its name", arguments: damages.indices)
  func damaged(index: Int) throws {
    let error = try #require(throws: DatasetError.self) {
      try Self.read(Self.damages[index].content)
    }
    #expect(error.kind == .invalid)
    #expect(error.description.contains("/pictures"), "\(error)")
    #expect(error.description.contains(Self.damages[index].says), "\(error)")
  }

  @Test("labels must be as many as the pictures")
  func labels() throws {
    let error = try #require(throws: DatasetError.self) {
      try Self.read(Self.plain(4), labels: Self.idx([3], [1, 2, 3]))
    }
    #expect(error.description.contains("3 labels for the 4 pictures"), "\(error)")
    #expect(throws: DatasetError.self) { try Self.read(Self.plain(4), labels: Self.plain(4)) }
    let missing = try #require(throws: DatasetError.self) {
      try PictureSet.idx(path: "/nowhere", labels: nil, range: 0...1, heldOut: 0.5)
    }
    #expect(missing.kind == .missing)
    #expect(missing.description.contains("data.path"), "\(missing)")
    let folder = try TemporaryFolder()
    let unlabelled = try #require(throws: DatasetError.self) {
      try PictureSet.idx(
        path: folder.write(Self.plain(4), to: "pictures"), labels: "/nowhere",
        range: 0...1, heldOut: 0.5)
    }
    #expect(unlabelled.kind == .missing)
    #expect(unlabelled.description.contains("data.labels"), "\(unlabelled)")
    let noFile = try #require(throws: DatasetError.self) {
      try PictureSet.idx(path: "/", labels: nil, range: 0...1, heldOut: 0.5)
    }
    #expect(noFile.kind == .invalid && noFile.description.contains("is a folder"), "\(noFile)")
  }
}
