package import RunModel

/// Fashion-MNIST: 60,000 gray pictures of clothes of 28 × 28 for training, 10,000 to test.
///
/// H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
/// learning algorithms", 2017. The pictures stay bytes in memory and become numbers when written.
package struct FashionMNIST: Dataset {
  /// Where Debian's package `dataset-fashion-mnist` puts it.
  package static let packagedFolder = "/usr/share/datasets/fashion-mnist"

  /// One example's shape, known before any file is read.
  package static let shape = [28, 28, 1]

  package var shape: [Int] { Self.shape }
  package let range: ClosedRange<Float>
  /// Of the four files' unpacked content: training pictures and labels, then those of the test set.
  package let dataDigest: SHA256Digest?
  /// Classes of the training pictures, 0 to 9.
  package let labels: [UInt8]
  /// Classes of the test pictures, 0 to 9.
  package let heldOutLabels: [UInt8]
  private let pictures: BytePictures
  private let heldOut: BytePictures

  /// Reads the four gzipped IDX files of a folder.
  ///
  /// - Parameters:
  ///   - range: the values of black and white, -1...1 or 0...1.
  /// - Throws: ``DatasetError`` that names the file.
  package init(folder: String, range: ClosedRange<Float>) throws {
    // Unpacking the training pictures takes most of the time to a run's first step: the test set and the
    // hash are left to other threads.
    let hash = ContentHash()
    let reading = Concurrently { try Self.part("t10k", of: folder) }
    let training = Result { try Self.part("train", of: folder, hash: hash) }
    let test = try reading.value()
    (pictures, labels) = try training.get().numbers(in: range)
    for file in [test.pictures, test.labels] {
      hash.update(file.header)
      hash.update(file.values)
    }
    dataDigest = hash.finish()
    (heldOut, heldOutLabels) = test.numbers(in: range)
    self.range = range
  }

  package var count: Int? { labels.count }
  package var heldOutCount: Int? { heldOutLabels.count }

  package func write(_ indices: some Sequence<Int>, to rows: UnsafeMutablePointer<Float>) {
    pictures.write(indices, to: rows)
  }

  package func writeHeldOut(_ indices: Range<Int>, to rows: UnsafeMutablePointer<Float>) {
    heldOut.write(indices, to: rows)
  }

  /// The two files of the training or the test set.
  private struct Part: Sendable {
    let pictures: IDXFile
    let labels: IDXFile

    func numbers(in range: ClosedRange<Float>) -> (BytePictures, [UInt8]) {
      (BytePictures(bytes: pictures.values, size: 28 * 28, range: range), labels.values)
    }
  }

  private static func part(
    _ name: String, of folder: String, hash: ContentHash? = nil
  ) throws -> Part {
    func path(_ rest: String) -> String {
      (folder.hasSuffix("/") ? folder : folder + "/") + name + rest
    }
    do {
      let picturesPath = path("-images-idx3-ubyte.gz")
      let pictures = try IDXFile(path: picturesPath, hash: hash) { shape in
        guard shape.count == 2 else {
          throw DatasetError(
            .invalid, "\(picturesPath) has \(shape.count + 1) dimensions in its header, not 3")
        }
        guard shape == [28, 28] else {
          throw DatasetError(
            .invalid, "\(picturesPath) holds examples of \(shape[0]) × \(shape[1]), not 28 × 28")
        }
      }
      let labels = try IDXFile.labels(path: path("-labels-idx1-ubyte.gz"), hash: hash)
      try labels.expectLabels(of: pictures)
      return Part(pictures: pictures, labels: labels)
    } catch let error as DatasetError where error.kind == .missing {
      throw DatasetError(
        .missing,
        "\(error.description): install the Debian package dataset-fashion-mnist, "
          + "or set data.path to the folder of the four .gz files")
    }
  }
}
