import Configuration
import Datasets
import RunModel

/// The real examples of a run, in the order it sees them.
final class ExampleSource {
  let dataset: any Dataset
  private let kind: DataSettings
  private let batchSize: Int
  private var order: DataOrder?

  /// The data that a configuration names.
  ///
  /// - Throws: `DatasetError` where files are missing or damaged, `ConfigurationError` where a batch is
  ///   larger than the data.
  convenience init(_ configuration: RunConfiguration) throws {
    try self.init(configuration, dataset: Self.dataset(configuration))
  }

  /// The same, its files being read by another thread until it is asked for.
  static func reading(_ configuration: RunConfiguration) -> Concurrently<any Dataset, any Error> {
    Concurrently { try dataset(configuration) }
  }

  /// The data that a configuration names, at hand already.
  init(_ configuration: RunConfiguration, dataset: any Dataset) throws {
    self.dataset = dataset
    kind = configuration.data
    batchSize = configuration.batchSize
    guard let count = dataset.count else { return }
    guard count >= batchSize else {
      throw configuration.error(
        at: "batch_size",
        "batch_size is \(batchSize), and these data hold \(count) examples; lower it")
    }
    order = DataOrder(seed: configuration.seed, count: count)
  }

  private static func dataset(_ configuration: RunConfiguration) throws -> any Dataset {
    switch configuration.data {
    case .ring(let modes, let radius, let stddev):
      return GaussianMixture.ring(
        modes: modes, radius: radius, stddev: stddev, seed: configuration.seed)
    case .grid(let side, let spacing, let stddev):
      return GaussianMixture.grid(
        side: side, spacing: spacing, stddev: stddev, seed: configuration.seed)
    case .swissRoll(let stddev):
      return SwissRoll(stddev: stddev, seed: configuration.seed)
    case .fashionMNIST(let path, let range):
      return try FashionMNIST(folder: path, range: range)
    case .digits(let path, let settings):
      return try PictureSet.digits(path: path, range: settings.range, heldOut: settings.heldOut)
    case .idx(let path, let labels, let settings):
      return try PictureSet.idx(
        path: path, labels: labels, range: settings.range, heldOut: settings.heldOut)
    case .images(let path, let size, let channels, let settings):
      return try PictureSet.images(
        folder: path, size: size, channels: channels, range: settings.range,
        heldOut: settings.heldOut)
    }
  }

  /// One example's shape; of a file at most its header is read.
  ///
  /// - Throws: `DatasetError` where that file is missing or damaged.
  static func shape(of configuration: RunConfiguration) throws -> [Int] {
    switch configuration.data {
    case .ring, .grid, .swissRoll: [2]
    case .fashionMNIST: FashionMNIST.shape
    case .digits: PictureSet.digitsShape
    case .idx(let path, _, _): try PictureSet.idxShape(path: path)
    case .images(_, let size, let channels, _): [size, size, channels]
    }
  }

  var shape: [Int] { dataset.shape }
  /// The modes of data that have any.
  var mixture: GaussianMixture? { dataset as? GaussianMixture }
  var digest: SHA256Digest? { dataset.dataDigest }
  /// What a run's environment tells of data from files; empty for generated data.
  var facts: [String: String] {
    guard let digest = dataset.dataDigest else { return [:] }
    var facts = [
      "data_sha256": digest.description,
      "data_shape": dataset.shape.map(String.init).joined(separator: " "),
    ]
    facts["data_examples"] = dataset.count.map(String.init)
    facts["data_held_out"] = dataset.heldOutCount.map(String.init)
    if let pictures = dataset as? PictureSet, case .images = kind {
      facts["data_skipped"] = String(pictures.skipped.count)
    }
    return facts
  }
  /// What its user should be told: files that were left out.
  var notices: [String] { (dataset as? PictureSet)?.notices ?? [] }
  var heldOutCount: Int? { dataset.heldOutCount }
  /// Black and white of pictures, and how pictures of points are framed.
  var range: ClosedRange<Float> { dataset.range }

  /// Steps in an epoch: as configured, 500 for a stream, else as many whole batches as the data hold.
  func stepsPerEpoch(_ configuration: RunConfiguration) -> Int {
    configuration.stepsPerEpoch ?? dataset.count.map { $0 / batchSize } ?? 500
  }

  /// Where the batch that follows a position begins.
  ///
  /// Positions count examples of one permutation after another; what is left of one after its last
  /// whole batch is dropped.
  func batchStart(after position: Int) -> Int {
    guard let count = dataset.count, position % count + batchSize > count else { return position }
    return (position / count + 1) * count
  }

  /// Writes a batch as rows.
  ///
  /// - Parameter position: of its first example, as ``batchStart(after:)`` gives it.
  func fill(_ rows: UnsafeMutableBufferPointer<Float>, from position: Int) {
    guard let start = rows.baseAddress else { return }
    let positions = position..<position + batchSize
    if let indices = order?.indices(at: positions) {
      dataset.write(indices, to: start)
    } else {
      dataset.write(positions, to: start)
    }
  }

  /// Writes held-out examples as rows, from the first on once the last is written.
  func fillHeldOut(_ rows: UnsafeMutableBufferPointer<Float>, from first: Int) {
    guard let start = rows.baseAddress else { return }
    let size = dataset.exampleSize
    let wanted = rows.count / size
    guard let count = dataset.heldOutCount else {
      dataset.writeHeldOut(first..<first + wanted, to: start)
      return
    }
    for row in 0..<wanted {
      let index = (first + row) % count
      dataset.writeHeldOut(index..<index + 1, to: start + row * size)
    }
  }
}
