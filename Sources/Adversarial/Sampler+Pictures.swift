package import Pictures
import Tensors

extension Sampler {
  /// One picture of samples: a grid, or for points of the plane a plot of them over real ones.
  ///
  /// - Parameters:
  ///   - real: coordinates of real points, two each; empty for pictures.
  ///   - range: black and white, or what both axes show.
  package func picture(
    of samples: Samples, real: [Float], range: ClosedRange<Float>
  ) -> Picture {
    guard exampleShape.count == 3 else {
      return Picture.points(real: real, fake: samples.values, range: range)
    }
    return Picture.grid(
      of: samples.values, count: samples.count, height: exampleShape[0], width: exampleShape[1],
      channels: exampleShape[2], range: range)
  }

  /// Each sample as a picture of its own.
  package func pictures(of samples: Samples, range: ClosedRange<Float>) -> [Picture] {
    let size = exampleShape.reduce(1, *)
    return (0..<samples.count).map { sample in
      Picture(
        values: samples.values[sample * size..<(sample + 1) * size], height: exampleShape[0],
        width: exampleShape[1], channels: exampleShape[2], range: range)
    }
  }

  /// A PNG of some samples as they are drawn while training.
  func picture(count: Int, examples: ExampleSource, workers: Workers) throws -> [UInt8] {
    try picture(
      of: draw(count: count, workers: workers), real: examples.framing(count: count),
      range: examples.range
    ).png()
  }
}
