import Dispatch
import Pictures
import RunModel
import Synchronization

extension PictureSet {
  /// The PNG and JPEG pictures of a folder and its folders, each brought to a square.
  ///
  /// In the order of their paths' bytes. Each is cut to the largest square in its middle, shrunk or
  /// enlarged by the mean over areas, and made gray or coloured as asked. A file that ends in `.png`,
  /// `.jpg` or `.jpeg` and is no whole picture is left out and told in ``skipped``. The digest is taken
  /// over the paths within the folder and each file's own SHA-256, left out or not.
  ///
  /// - Parameters:
  ///   - size: width and height in pixels.
  ///   - channels: 1 (gray) or 3 (colour).
  ///   - range: the values of black and white, −1...1 or 0...1.
  ///   - heldOut: the part kept out of training, above 0 and below 1.
  /// - Throws: ``DatasetError`` where the folder can't be read or holds no two pictures.
  package static func images(
    folder: String, size: Int, channels: Int, range: ClosedRange<Float>, heldOut: Double
  ) throws -> PictureSet {
    let paths = try DatasetError.naming(setting: "data.path") {
      try PictureFiles.paths(in: folder)
    }
    guard !paths.isEmpty else {
      throw DatasetError(
        .invalid,
        "\(folder) holds no file that ends in .png, .jpg or .jpeg; set data.path to a folder of pictures"
      )
    }
    let reading = FolderReading(
      folder: folder, paths: paths, size: size, colors: channels == 1 ? .gray : .rgb)
    let (bytes, files) = try reading.result()

    let hash = SHA256()
    for (path, file) in zip(paths, files) {
      hash.update(UInt64(path.count))
      hash.update(path)
      hash.update(file.digest.bytes)
    }
    let skipped = zip(paths, files).compactMap { path, file in
      file.failure.map { SkippedFile(name: shown(path), reason: $0) }
    }
    guard let first = skipped.first, skipped.count == files.count else {
      return try PictureSet(
        BytePictures(bytes: bytes, size: size * size * channels, range: range),
        shape: [size, size, channels], range: range, heldOut: heldOut, source: folder,
        digest: hash.finish(), skipped: skipped)
    }
    throw DatasetError(
      .invalid,
      "none of the \(files.count) files of \(folder) is a whole picture: \(first.name): \(first.reason)"
    )
  }

  /// What a user should be told: each file that was left out, as long as they are few.
  package var notices: [String] {
    guard !skipped.isEmpty else { return [] }
    let told = skipped.prefix(20).map { "\($0.name) is left out: \($0.reason)" }
    let total = skipped.count + split.training.count + split.heldOut.count
    return told + ["\(skipped.count) of \(total) pictures are damaged and left out"]
  }
}

/// Reads many pictures on several threads, each into its place.
private final class FolderReading: Sendable {
  /// What became of one file.
  struct File: Sendable {
    var digest: SHA256Digest
    /// Why it is no picture, `nil` where it is one.
    var failure: String?

    /// One that has no content to speak of.
    static func none(_ failure: String) -> File {
      File(digest: SHA256.digest([]), failure: failure)
    }
  }

  private let folder: String
  private let paths: [[UInt8]]
  private let size: Int
  private let colors: Picture.Colors

  init(folder: String, paths: [[UInt8]], size: Int, colors: Picture.Colors) {
    self.folder = folder
    self.paths = paths
    self.size = size
    self.colors = colors
  }

  private struct Results {
    var pixels: [UInt8]
    var files: [File?]
    var error: (any Error)?
  }

  /// The pictures' bytes, those left out closed up, and what became of each file.
  func result() throws -> (bytes: [UInt8], files: [File]) {
    let each = size * size * colors.rawValue
    let results = Mutex(
      Results(
        pixels: Array(repeating: 0, count: each * paths.count),
        files: Array(repeating: nil, count: paths.count)))
    DispatchQueue.concurrentPerform(iterations: paths.count) { place in
      do {
        let (file, picture) = try read(paths[place])
        results.withLock { results in
          results.files[place] = file
          guard let picture else { return }
          results.pixels.replaceSubrange(place * each..<(place + 1) * each, with: picture.bytes)
        }
      } catch {
        results.withLock { $0.error = $0.error ?? error }
      }
    }
    return try results.withLock { results in
      if let error = results.error { throw error }
      let files = results.files.compactMap { $0 }
      var kept = 0
      for (place, file) in files.enumerated() where file.failure == nil {
        if kept != place {
          for byte in 0..<each {
            results.pixels[kept * each + byte] = results.pixels[place * each + byte]
          }
        }
        kept += 1
      }
      results.pixels.removeLast((files.count - kept) * each)
      return (results.pixels, files)
    }
  }

  /// - Throws: where the system would not read the file: that is no damage, and another call may do
  ///   better.
  private func read(_ path: [UInt8]) throws -> (File, Picture?) {
    let bytes: [UInt8]
    do {
      let file = try FileBytes(path: Array(folder.utf8) + [UInt8(ascii: "/")] + path)
      guard file.size <= PictureFiles.mostBytes else {
        return (.none("it has \(file.size) bytes, more than any picture"), nil)
      }
      bytes = try file.read(at: 0, count: file.size)
    } catch let error as DatasetError where error.kind != .unreadable {
      return (.none("it is no file that can be read"), nil)
    }
    let digest = SHA256.digest(bytes)
    do {
      let picture = try Picture(decoding: bytes).square(side: size).converted(to: colors)
      return (File(digest: digest, failure: nil), picture)
    } catch let error as PictureError {
      return (File(digest: digest, failure: error.description), nil)
    }
  }
}
