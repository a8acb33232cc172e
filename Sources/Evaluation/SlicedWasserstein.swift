import Dispatch
import Synchronization

/// The sliced Wasserstein distance of samples from real pictures, over the patches of their Laplacian
/// pyramids: 0 for equal distributions, times 1000.
///
/// T. Karras, T. Aila, S. Laine, J. Lehtinen, "Progressive growing of GANs for improved quality,
/// stability, and variation", 2018, section 5, in a quick form: as many pictures as `real` holds and 128
/// random directions, where the article takes 16,384 pictures and 512. Of each picture and level 128
/// patches of 7 × 7 are taken; each channel is normalised by its own set's mean and deviation; on each
/// direction the mean distance of the two sets' sorted projections is taken.
package final class SlicedWasserstein: QualityMeasure {
  /// Pictures of a quick measure, where there are as many.
  package static let quickCount = 2048
  private static let directions = 128

  package let sampleCount: Int
  private let shape: (height: Int, width: Int, channels: Int)
  private let black: Float
  private let threads: Int
  private let real: () -> [Float]
  private var realPyramid: LaplacianPyramid?

  /// A measure against some real pictures.
  ///
  /// - Parameters:
  ///   - count: how many; as many samples are compared with them.
  ///   - shape: height, width and channels.
  ///   - black: what pictures are padded with to a side of 16 · 2ᵏ.
  ///   - threads: how many work on it; never part of the result.
  ///   - real: makes the pictures, NHWC; called at the first measuring.
  package init(
    count: Int, shape: [Int], black: Float, threads: Int, real: @escaping () -> [Float]
  ) {
    precondition(shape.count == 3 && count > 0, "pictures of shape \(shape) can't be compared")
    sampleCount = count
    self.shape = (shape[0], shape[1], shape[2])
    self.black = black
    self.threads = threads
    self.real = real
  }

  package var name: String { "swd[n=\(sampleCount)]" }

  /// The mean over the pyramid's levels.
  package func value(of samples: ArraySlice<Float>) -> Double {
    guard samples.allSatisfy(\.isFinite) else { return .nan }
    let levels = levels(of: samples)
    return levels.reduce(0, +) / Double(levels.count)
  }

  /// The distance at each level of the pyramid, the finest first.
  package func levels(of samples: ArraySlice<Float>) -> [Double] {
    let against = realPyramid ?? pyramid(of: real()[...])
    realPyramid = against
    return zip(against.levels, pyramid(of: samples).levels).enumerated().map { number, pair in
      distance(
        Patches(of: pair.0, number: number, subject: .real),
        Patches(of: pair.1, number: number, subject: .fake), level: number)
    }
  }

  private func pyramid(of pictures: ArraySlice<Float>) -> LaplacianPyramid {
    LaplacianPyramid(
      pictures, height: shape.height, width: shape.width, channels: shape.channels, black: black)
  }

  private func distance(_ real: Patches, _ fake: Patches, level: Int) -> Double {
    let directions = Directions(count: Self.directions, size: real.size, level: level)
    let blocks = Self.directions / Directions.block
    let (threads, count) = (min(threads, blocks), real.places.count)
    // Block by block, summed in their order: the threads only share the blocks out.
    let sums = Mutex([Double](repeating: 0, count: blocks))
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      var columns = ProjectedPair(count: count)
      for block in stride(from: thread, to: blocks, by: threads) {
        let sum = columns.distance(real, fake, on: directions, block: block)
        sums.withLock { $0[block] = sum }
      }
    }
    return sums.withLock { $0.reduce(0, +) } / Double(Self.directions * count) * 1000
  }
}

/// The projections of two sets of patches on a block of directions.
private struct ProjectedPair {
  private let count: Int
  private var real: [Float]
  private var fake: [Float]
  private var sorting: FloatSorting

  init(count: Int) {
    self.count = count
    real = [Float](repeating: 0, count: count * Directions.block)
    fake = real
    sorting = FloatSorting(count: count)
  }

  /// The summed distances of the sorted projections.
  mutating func distance(
    _ realPatches: Patches, _ fakePatches: Patches, on directions: Directions, block: Int
  ) -> Double {
    real.withUnsafeMutableBufferPointer { real in
      fake.withUnsafeMutableBufferPointer { fake in
        realPatches.project(on: directions, block: block, into: real)
        fakePatches.project(on: directions, block: block, into: fake)
        var sum = 0.0
        for direction in 0..<Directions.block {
          let range = direction * count..<(direction + 1) * count
          sorting.sort(UnsafeMutableBufferPointer(rebasing: real[range]))
          sorting.sort(UnsafeMutableBufferPointer(rebasing: fake[range]))
          for place in range { sum += Double(abs(real[place] - fake[place])) }
        }
        return sum
      }
    }
  }
}
