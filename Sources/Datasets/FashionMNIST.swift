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
  private let pictures: [UInt8]
  private let heldOut: [UInt8]
  /// The number of each byte.
  private let scale: [Float]

  /// Reads the four gzipped IDX files of a folder.
  ///
  /// - Parameters:
  ///   - range: the values of black and white, -1...1 or 0...1.
  /// - Throws: ``DatasetError`` that names the file.
  package init(folder: String, range: ClosedRange<Float>) throws {
    let training = try Self.part("train", of: folder)
    let test = try Self.part("t10k", of: folder)
    let hash = SHA256()
    for file in [training.pictures, training.labels, test.pictures, test.labels] {
      file.header.withUnsafeBytes(hash.update)
      file.values.withUnsafeBytes(hash.update)
    }
    dataDigest = hash.finish()
    pictures = training.pictures.values
    labels = training.labels.values
    heldOut = test.pictures.values
    heldOutLabels = test.labels.values
    self.range = range
    // In Double, and rounded once: 0 and 255 become the range's ends exactly.
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    scale = (0...255).map { Float(low + (high - low) * Double($0) / 255) }
  }

  package var count: Int? { labels.count }
  package var heldOutCount: Int? { heldOutLabels.count }

  package func write(_ indices: some Sequence<Int>, to rows: UnsafeMutablePointer<Float>) {
    write(indices, of: pictures, to: rows)
  }

  package func writeHeldOut(_ indices: Range<Int>, to rows: UnsafeMutablePointer<Float>) {
    write(indices, of: heldOut, to: rows)
  }

  private func write(
    _ indices: some Sequence<Int>, of pictures: [UInt8], to rows: UnsafeMutablePointer<Float>
  ) {
    let size = exampleSize
    pictures.withUnsafeBufferPointer { pictures in
      scale.withUnsafeBufferPointer { scale in
        for (row, index) in indices.enumerated() {
          precondition(index >= 0 && (index + 1) * size <= pictures.count, "no picture \(index)")
          for pixel in 0..<size {
            rows[row * size + pixel] = scale[Int(pictures[index * size + pixel])]
          }
        }
      }
    }
  }

  private static func part(
    _ name: String, of folder: String
  ) throws -> (pictures: IDXFile, labels: IDXFile) {
    func path(_ rest: String) -> String {
      (folder.hasSuffix("/") ? folder : folder + "/") + name + rest
    }
    do {
      let pictures = try IDXFile(
        path: path("-images-idx3-ubyte.gz"), dimensions: 3, elementShape: [28, 28])
      let labels = try IDXFile(path: path("-labels-idx1-ubyte.gz"), dimensions: 1, elementShape: [])
      guard pictures.extents[0] == labels.extents[0] else {
        throw DatasetError(
          .invalid,
          "\(labels.path) holds \(labels.extents[0]) labels for the "
            + "\(pictures.extents[0]) pictures of \(pictures.path)")
      }
      return (pictures, labels)
    } catch let error as DatasetError where error.kind == .missing {
      throw DatasetError(
        .missing,
        "\(error.description): install the Debian package dataset-fashion-mnist, "
          + "or set data.path to the folder of the four .gz files")
    }
  }
}
