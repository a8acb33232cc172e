package import Pictures
import Tensors

extension Sampler {
  /// One picture of samples: a grid, or for points of the plane a plot of them over real ones.
  package func picture(of samples: Samples) -> Picture {
    guard !makesPoints else {
      return Picture.points(
        real: frame.realPoints(count: samples.count), fake: samples.values, range: frame.range)
    }
    return Picture.grid(
      of: samples.values, count: samples.count, height: exampleShape[0], width: exampleShape[1],
      channels: exampleShape[2], range: frame.range)
  }

  /// Each sample as a picture of its own.
  package func pictures(of samples: Samples) -> [Picture] {
    let size = exampleShape.reduce(1, *)
    return (0..<samples.count).map { sample in
      Picture(
        values: samples.values[sample * size..<(sample + 1) * size], height: exampleShape[0],
        width: exampleShape[1], channels: exampleShape[2], range: frame.range)
    }
  }
}
