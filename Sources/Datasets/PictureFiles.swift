import Glibc
import RunModel

/// The files of a folder that are pictures by their name.
enum PictureFiles {
  /// A larger file is no picture that is read: it would lie in memory as a whole.
  static let mostBytes = 256 << 20

  /// As many files as are taken.
  private static let most = 10_000_000
  /// Folders within folders.
  private static let deepest = 32

  /// Paths within a folder, in the order of their bytes.
  ///
  /// Folders within are searched too, those behind symbolic links not, since they may lead in circles.
  /// What begins with a dot is left out.
  ///
  /// - Throws: ``DatasetError`` where a folder can't be read.
  static func paths(in folder: String) throws -> [[UInt8]] {
    var paths: [[UInt8]] = []
    try add(to: &paths, within: [], of: Array(folder.utf8), depth: 0)
    return paths.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func add(
    to paths: inout [[UInt8]], within place: [UInt8], of folder: [UInt8], depth: Int
  ) throws {
    let path = place.isEmpty ? folder : folder + [UInt8(ascii: "/")] + place
    guard let directory = opendir((path + [0]).map { CChar(bitPattern: $0) }) else {
      let code = errno
      guard code != ENOENT else { throw DatasetError(.missing, "\(shown(path)) is not there") }
      guard code != ENOTDIR else {
        throw DatasetError(
          .invalid, "\(shown(path)) is no folder; set data.path to a folder of pictures")
      }
      throw DatasetError(
        .unreadable, "the folder \(shown(path)) can't be read: \(String(cString: strerror(code)))")
    }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard name.first != UInt8(ascii: ".") else { continue }
      let inner = place.isEmpty ? name : place + [UInt8(ascii: "/")] + name
      if isFolder(Int32(entry.pointee.d_type), folder + [UInt8(ascii: "/")] + inner) {
        guard depth < deepest else {
          throw DatasetError(
            .invalid, "\(shown(path)) lies too deep; set data.path to a folder nearer the pictures")
        }
        try add(to: &paths, within: inner, of: folder, depth: depth + 1)
      } else if isPicture(name) {
        guard paths.count < most else {
          throw DatasetError(.invalid, "\(shown(folder)) holds more than \(most) pictures")
        }
        paths.append(inner)
      }
    }
  }

  private static func isFolder(_ type: Int32, _ path: [UInt8]) -> Bool {
    guard type == DT_UNKNOWN else { return type == DT_DIR }
    // Some file systems do not tell.
    var information = stat()
    return lstat((path + [0]).map { CChar(bitPattern: $0) }, &information) == 0
      && information.st_mode & S_IFMT == S_IFDIR
  }

  private static func isPicture(_ name: [UInt8]) -> Bool {
    let lower = name.map { (65...90).contains($0) ? $0 + 32 : $0 }
    return [".png", ".jpg", ".jpeg"].contains { lower.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }
}

/// A path as a sentence may show it: a name holds any bytes, control characters included.
func shown(_ path: [UInt8]) -> String {
  printable(String(decoding: path, as: UTF8.self), limit: 1000)
}
