package import Configuration
import Evaluation
package import RunModel
import Tensors

/// Measures the quality of a generator's samples: its moving average where there is one, evaluation mode,
/// fixed latents of a stream of their own.
///
/// Measuring reads weights and changes nothing, so training goes on as if it had not happened.
package struct QualityEvaluation {
  /// One measured number.
  package struct Value: Sendable, Equatable {
    /// With its parameters, as in `swd[n=2048]`.
    package let name: String
    package let value: Double
  }

  private let measures: [any QualityMeasure]
  private let sampler: Sampler
  /// The SHA-256 of the data that come from files; `nil` for generated data.
  package let dataDigest: SHA256Digest?

  /// Measures of a generator, as it will be at each measuring.
  ///
  /// - Parameters:
  ///   - metrics: what these data can have.
  ///   - threads: how many work on it; never part of the result.
  init(
    _ adversaries: Adversaries, examples: ExampleSource, metrics: [QualityMetric], threads: Int
  ) throws {
    let configuration = adversaries.configuration
    dataDigest = examples.digest
    measures = try metrics.map { metric in
      guard let measure = examples.measure(metric, threads: threads) else {
        let objection = configuration.objection(to: metric)
        throw configuration.error(
          at: "evaluate.metrics", objection ?? "\(metric.rawValue) can't be had of these data")
      }
      return measure
    }
    sampler = try Sampler(
      adversaries, frame: PictureFrame(examples), seed: configuration.seed,
      stream: RandomStream.qualityLatents)
  }

  /// Measures of a stored checkpoint.
  ///
  /// - Throws: `AdversarialError` where the checkpoint does not fit the configuration,
  ///   `ConfigurationError` for a metric that its data can't have, `DatasetError` where data are missing.
  package init(
    _ configuration: RunConfiguration, checkpoint: Snapshot, metrics: [QualityMetric], threads: Int
  ) throws {
    let examples = try ExampleSource(configuration)
    let adversaries = try Adversaries(configuration, exampleShape: examples.shape)
    try adversaries.restoreGenerator(checkpoint)
    try self.init(adversaries, examples: examples, metrics: metrics, threads: threads)
  }

  /// The names of what is measured, with their parameters.
  package var names: [String] { measures.map(\.name) }

  /// Draws samples and measures them, in the order of the metrics.
  ///
  /// - Parameter threads: how many draw.
  package func measure(threads: Int) -> [Value] { measure(workers: Workers(threads: threads)) }

  func measure(workers: Workers) -> [Value] {
    let count = measures.map(\.sampleCount).max() ?? 0
    let samples = sampler.draw(count: count, workers: workers).values
    let size = sampler.exampleShape.reduce(1, *)
    return measures.map { measure in
      Value(
        name: measure.name, value: measure.value(of: samples[..<(measure.sampleCount * size)]))
    }
  }
}

extension ExampleSource {
  /// A measure against these data, `nil` where they can't have it.
  func measure(_ metric: QualityMetric, threads: Int) -> (any QualityMeasure)? {
    func modes(_ kind: ModeMeasure.Kind) -> ModeMeasure? {
      mixture.map { ModeMeasure(kind, of: $0) }
    }
    switch metric {
    case .modes: return modes(.modes)
    case .highQuality: return modes(.highQuality)
    case .reverseKL: return modes(.reverseKL)
    case .swd:
      guard shape.count == 3, let heldOutCount, heldOutCount > 0 else { return nil }
      let count = min(SlicedWasserstein.quickCount, heldOutCount)
      return SlicedWasserstein(
        count: count, shape: shape, black: range.lowerBound, threads: threads
      ) { [self] in
        var pictures = [Float](repeating: 0, count: count * shape.reduce(1, *))
        pictures.withUnsafeMutableBufferPointer { fillHeldOut($0, from: 0) }
        return pictures
      }
    }
  }
}
