import Configuration
import Datasets
import RunModel

/// The real examples of a run, in the order it sees them.
final class ExampleSource {
  private let dataset: any Dataset
  private let batchSize: Int
  private var order: DataOrder?

  /// The data that a configuration names.
  ///
  /// - Throws: `DatasetError` where files are missing or damaged, `ConfigurationError` where a batch is
  ///   larger than the data.
  init(_ configuration: RunConfiguration) throws {
    dataset = try Self.dataset(configuration)
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
    case .fashionMNIST(let path, let range):
      return try FashionMNIST(folder: path, range: range)
    }
  }

  /// One example's shape; no file is read.
  static func shape(of configuration: RunConfiguration) -> [Int] {
    switch configuration.data {
    case .ring, .grid: [2]
    case .fashionMNIST: FashionMNIST.shape
    }
  }

  var shape: [Int] { dataset.shape }
  var digest: SHA256Digest? { dataset.dataDigest }
  var heldOutCount: Int? { dataset.heldOutCount }
  /// Black and white of pictures, and how pictures of points are framed.
  var range: ClosedRange<Float> { dataset.range }

  /// Steps in an epoch: as configured, 500 for a stream, else as many whole batches as the data hold.
  func stepsPerEpoch(_ configuration: RunConfiguration) -> Int {
    configuration.stepsPerEpoch ?? dataset.count.map { $0 / batchSize } ?? 500
  }

  /// Writes a batch as rows.
  ///
  /// Finite data are seen in one permutation after another; what is left of one after its last whole
  /// batch is dropped.
  ///
  /// - Parameter batch: batches drawn before it since the run began.
  func fill(_ rows: UnsafeMutableBufferPointer<Float>, batch: Int) {
    guard let start = rows.baseAddress else { return }
    guard let count = dataset.count else {
      dataset.write(batch * batchSize..<(batch + 1) * batchSize, to: start)
      return
    }
    let (permutation, place) = batch.quotientAndRemainder(dividingBy: count / batchSize)
    let position = permutation * count + place * batchSize
    guard let indices = order?.indices(at: position..<position + batchSize) else { return }
    dataset.write(indices, to: start)
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
