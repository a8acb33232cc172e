package import Configuration
import Networks
package import RunModel
import Tensors

/// Draws samples from a generator alone: its moving average where there is one, else its weights.
package struct Sampler {
  /// Samples, and the latents that made them.
  package struct Samples {
    package var count: Int
    /// `[count, latent size]`, row by row.
    package var latents: [Float]
    /// `[count, …]` in the data's own range, row by row.
    package var values: [Float]
  }

  /// Samples of one run of the plan: sample `k` does not depend on how many are asked for.
  private static let chunk = 64

  package let exampleShape: [Int]
  package let latentSize: Int
  let frame: PictureFrame
  private let plan: Plan
  private let counter: Counter
  private let latents: Output
  private let values: Output

  /// A sampler of a generator, as it will be at each drawing.
  ///
  /// - Parameters:
  ///   - seed: of the latents.
  ///   - stream: which of a seed's latents.
  init(
    _ adversaries: Adversaries, frame: PictureFrame, seed: UInt64,
    stream: UInt32 = RandomStream.sampleLatents
  ) throws {
    self.frame = frame
    let configuration = adversaries.configuration
    exampleShape = adversaries.exampleShape
    latentSize = configuration.latent.size
    let graph = Graph()
    counter = graph.counter("chunk")
    let latents = LatentSource(settings: configuration.latent).draw(
      in: graph, rows: 1, stream: stream, counter: counter)
    let samples = adversaries.generator.apply(latents, mode: .evaluation(useAverage: true)).output
    self.latents = graph.output(latents, "latents")
    values = graph.output(samples, "samples")
    plan = try adversaries.plan(graph, units: Self.chunk, seed: seed)
  }

  /// A sampler of a stored checkpoint.
  ///
  /// - Parameters:
  ///   - exampleShape: of the data it was trained on, where it is known; else a header may be read.
  ///   - seed: of the latents.
  /// - Throws: `AdversarialError` where the checkpoint does not fit the configuration, `DatasetError`
  ///   where the shape would have to be read from a file that is not there.
  package init(
    _ configuration: RunConfiguration, checkpoint: Snapshot, exampleShape: [Int]? = nil,
    seed: UInt64
  ) throws {
    let adversaries = try Adversaries(
      configuration, exampleShape: exampleShape ?? ExampleSource.shape(of: configuration))
    try adversaries.restoreGenerator(checkpoint)
    try self.init(adversaries, frame: PictureFrame(configuration), seed: seed)
  }

  /// Whether samples are points of the plane, not pictures.
  package var makesPoints: Bool { exampleShape.count == 1 }

  /// Draws samples on a thread of its own.
  package func draw(count: Int) -> Samples { draw(count: count, workers: Workers(threads: 1)) }

  /// Draws samples.
  func draw(count: Int, workers: Workers) -> Samples {
    var samples = Samples(count: count, latents: [], values: [])
    let size = exampleShape.reduce(1, *)
    samples.latents.reserveCapacity(count * latentSize)
    samples.values.reserveCapacity(count * size)
    for start in stride(from: 0, to: count, by: Self.chunk) {
      plan.set(counter, to: UInt64(start / Self.chunk))
      plan.run(on: workers)
      let rows = min(Self.chunk, count - start)
      plan.withOutput(latents) { values, _, _ in
        samples.latents.append(contentsOf: values.prefix(rows * latentSize))
      }
      plan.withOutput(values) { values, _, _ in
        samples.values.append(contentsOf: values.prefix(rows * size))
      }
    }
    return samples
  }
}
