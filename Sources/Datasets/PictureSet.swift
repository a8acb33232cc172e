package import RunModel

/// Pictures from files that have no test set: some of them are held out.
package struct PictureSet: Dataset {
  /// Height, width, channels.
  package let shape: [Int]
  package let range: ClosedRange<Float>
  package let dataDigest: SHA256Digest?
  /// The class of each picture, in the order of the file; empty where there are none.
  package let labels: [UInt8]
  /// Files that were to be pictures and are not, each with the reason.
  package let skipped: [SkippedFile]
  private let pictures: BytePictures
  let split: HeldOutSplit

  /// A file that was left out.
  package struct SkippedFile: Sendable, Hashable {
    /// Its path within the folder.
    package let name: String
    /// Why, as the end of a sentence.
    package let reason: String
  }

  /// - Parameters:
  ///   - heldOut: the part kept out of training, above 0 and below 1.
  /// - Throws: ``DatasetError`` where there are too few to hold one out.
  init(
    _ pictures: BytePictures, shape: [Int], range: ClosedRange<Float>, heldOut: Double,
    source: String, digest: SHA256Digest, labels: [UInt8] = [], skipped: [SkippedFile] = []
  ) throws {
    guard pictures.count >= 2 else {
      throw DatasetError(
        .invalid,
        "\(source) holds a single picture; two are the least, one to train and one held out")
    }
    self.pictures = pictures
    self.shape = shape
    self.range = range
    self.labels = labels
    self.skipped = skipped
    dataDigest = digest
    split = HeldOutSplit(count: pictures.count, part: heldOut)
  }

  package var count: Int? { split.training.count }
  package var heldOutCount: Int? { split.heldOut.count }

  package func write(_ indices: some Sequence<Int>, to rows: UnsafeMutablePointer<Float>) {
    pictures.write(indices.lazy.map { Int(split.training[$0]) }, to: rows)
  }

  package func writeHeldOut(_ indices: Range<Int>, to rows: UnsafeMutablePointer<Float>) {
    pictures.write(indices.lazy.map { Int(split.heldOut[$0]) }, to: rows)
  }
}
