import Datasets
import RunModel
import Testing

@Suite("scikit-learn's digits")
struct DigitsTests {
  /// Lines of the file's form: picture k is k everywhere, of class k.
  private static func csv(_ count: Int) -> [UInt8] {
    Array(
      (0..<count).map { k in String(repeating: "\(k),", count: 64) + "\(k % 10)\n" }.joined().utf8)
  }

  private static func read(_ path: String?, home: String = "/nowhere") throws -> PictureSet {
    try PictureSet.digits(
      path: path, range: -1...1, heldOut: 0.2,
      search: DigitsSearch { $0 == "VIRTUAL_ENV" ? home : nil })
  }

  @Test("0 and 16 become the range's ends, packed or not")
  func content() throws {
    let folder = try TemporaryFolder([
      "a.csv": Self.csv(17), "b.csv.gz": packed(Self.csv(17)),
    ])
    for name in ["a.csv", "b.csv.gz"] {
      let data = try Self.read("\(folder.path)/\(name)")
      #expect(data.shape == [8, 8, 1] && data.count == 14 && data.heldOutCount == 3)
      let values = Set(data.rows(0..<14) + data.heldOutRows(0..<3))
      #expect(values.count == 17 && values.min() == -1 && values.max() == 1)
      #expect(values.contains(0))
      #expect(data.labels.prefix(11) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
      #expect(data.dataDigest == SHA256.digest(Self.csv(17)))
    }
  }

  @Test("without a path the newest Python of the active environment is looked into first")
  func search() throws {
    let place = "site-packages/sklearn/datasets/data/digits.csv.gz"
    let folder = try TemporaryFolder([
      "lib/python3.9/\(place)": packed(Self.csv(5)),
      "lib/python3.11/\(place)": packed(Self.csv(7)),
    ])
    #expect(try Self.read(nil, home: folder.path).labels.count == 7)
  }

  @Test("a wheel is read as it is", arguments: [true, false])
  func wheel(deflates: Bool) throws {
    let content = packed(Self.csv(6))
    let folder = try TemporaryFolder([
      "s.whl": Self.zip(["x.txt": [1], Self.entry: content], deflates: deflates),
      "other.whl": Self.zip(["x.txt": [1]], deflates: deflates),
    ])
    #expect(try Self.read(folder.path + "/s.whl").labels.count == 6)
    let error = try #require(throws: DatasetError.self) {
      try Self.read(folder.path + "/other.whl")
    }
    #expect(error.description.contains("holds no \(Self.entry)"), "\(error)")
  }

  @Test("a wheel that is cut or flipped anywhere is refused or read, never a crash")
  func damagedWheel() throws {
    let whole = Self.zip([Self.entry: packed(Self.csv(6))], deflates: true)
    let folder = try TemporaryFolder()
    for place in whole.indices {
      var flipped = whole
      flipped[place] ^= 0xFF
      for damaged in [Array(whole[..<place]), flipped] {
        let path = try folder.write(damaged, to: "s.whl")
        do { #expect(try Self.read(path).labels.count == 6) } catch is DatasetError {}
      }
    }
  }

  @Test(
    "a line that is none is told by its number",
    arguments: [
      ("1,2,3", "line 3 has 3 numbers"), (String(repeating: "17,", count: 64) + "1", "above 16"),
      (String(repeating: "1,", count: 64) + "10", "digit above 9"),
      (String(repeating: "1,", count: 64) + "x", "no whole number"),
    ])
  func damaged(line: String, says: String) throws {
    let folder = try TemporaryFolder(["d.csv": Self.csv(2) + Array(line.utf8)])
    let error = try #require(throws: DatasetError.self) { try Self.read(folder.path + "/d.csv") }
    #expect(error.kind == .invalid && error.description.contains("line 3"), "\(error)")
    #expect(error.description.contains(says), "\(error)")
  }

  @Test("a packed file that was cut is refused")
  func cut() throws {
    let folder = try TemporaryFolder(["d.csv.gz": Array(packed(Self.csv(100)).dropLast(9))])
    #expect(throws: DatasetError.self) { try Self.read(folder.path + "/d.csv.gz") }
  }

  @Test("a missing file says how to get it")
  func missing() throws {
    let error = try #require(throws: DatasetError.self) { try Self.read("/nowhere/digits.csv.gz") }
    #expect(error.kind == .missing)
    #expect(error.description.contains("pip download --no-deps scikit-learn"), "\(error)")
  }

  private static let entry = "sklearn/datasets/data/digits.csv.gz"

  /// A ZIP archive, its files in the order of their names.
  private static func zip(_ files: [String: [UInt8]], deflates: Bool) -> [UInt8] {
    func little(_ number: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(number >> (8 * $0) & 255) }
    }
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      let stored = deflates ? packed(content, window: -15) : content
      // Version, flags, method, time, date, checksum (not read), sizes, lengths.
      let common =
        little(20, 2) + little(0, 2) + little(deflates ? 8 : 0, 2) + little(0, 8)
        + little(stored.count, 4) + little(content.count, 4) + little(name.utf8.count, 2)
        + little(0, 2)
      directory += little(0x0201_4B50, 4) + little(20, 2) + common
      directory += little(0, 10) + little(archive.count, 4) + Array(name.utf8)
      archive += little(0x0403_4B50, 4) + common + Array(name.utf8) + stored
    }
    let start = archive.count
    return archive + directory + little(0x0605_4B50, 4) + little(0, 4)
      + little(files.count, 2) + little(files.count, 2) + little(directory.count, 4)
      + little(start, 4) + little(0, 2)
  }
}
