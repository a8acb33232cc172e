package import RunModel

/// Real examples: a position in, an example's numbers out.
///
/// What is written depends on the positions and the dataset's own settings alone, never on what was
/// asked for before, so that any batch can be made again and any thread may make it.
package protocol Dataset: Sendable {
  /// The shape of one example: `[2]`, `[28, 28, 1]` (NHWC).
  var shape: [Int] { get }
  /// Training examples; `nil` for an endless stream.
  var count: Int? { get }
  /// Examples kept apart from training; `nil` for an endless stream of its own.
  var heldOutCount: Int? { get }
  /// The values of black and white of pictures, and how pictures of points are framed.
  var range: ClosedRange<Float> { get }
  /// The digest of the files' unpacked content; `nil` for generated data.
  var dataDigest: SHA256Digest? { get }

  /// Writes training examples as rows of `shape`'s size.
  ///
  /// - Parameters:
  ///   - indices: below `count`, or any of a stream.
  ///   - rows: room for as many rows; the first begins at its first element.
  func write(_ indices: some Sequence<Int>, to rows: UnsafeMutablePointer<Float>)

  /// Writes the held-out examples of some indices (below `heldOutCount`) as rows.
  func writeHeldOut(_ indices: Range<Int>, to rows: UnsafeMutablePointer<Float>)
}

extension Dataset {
  /// Numbers in one example.
  package var exampleSize: Int { shape.reduce(1, *) }
}
