import CKernels

/// Random numbers by counter: Philox4x32-10, of Salmon and others, "Parallel random numbers: as easy as
/// 1, 2, 3" (2011).
///
/// Element i of a draw is word i mod 4 of the block at (i / 4, counter's low half, its high half,
/// stream), under the seed as key: any element is computable alone, and nothing has to be saved.
package struct Philox: Sendable, Hashable {
  package let seed: UInt64
  package let stream: UInt32

  /// The numbers of one stream of a seed.
  package init(seed: UInt64, stream: UInt32) {
    self.seed = seed
    self.stream = stream
  }

  /// The four words of a block.
  package static func block(counter: SIMD4<UInt32>, key: UInt64) -> SIMD4<UInt32> {
    var (input, output) = (counter, SIMD4<UInt32>())
    withUnsafeMutableBytes(of: &input) { input in
      withUnsafeMutableBytes(of: &output) { output in
        gr_philox(
          input.assumingMemoryBound(to: UInt32.self).baseAddress, key,
          output.assumingMemoryBound(to: UInt32.self).baseAddress)
      }
    }
    return output
  }

  /// The four words of block `index` of a draw.
  package func words(counter: UInt64, block index: UInt32) -> SIMD4<UInt32> {
    Self.block(
      counter: SIMD4(
        index, UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
        stream),
      key: seed)
  }

  /// Fills a buffer with elements from `first` on of a draw: the bits that a plan draws.
  package func fill(
    _ buffer: UnsafeMutableBufferPointer<Float>, _ distribution: Distribution, counter: UInt64,
    first: Int = 0
  ) {
    guard let start = buffer.baseAddress else { return }
    let kernel = distribution.kernel
    withUnsafePointer(to: counter) { counter in
      var call = gr_call()
      call.out = start
      call.columns = Int64(buffer.count)
      call.first = UInt64(first)
      call.key = seed
      call.stream = stream
      call.counter = counter
      call.p = kernel.p
      call.q = kernel.q
      kernel.function(&call)
    }
  }
}
