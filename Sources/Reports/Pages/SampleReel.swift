package import RunModel

/// The sample grids of one run over its epochs.
package struct SampleReel: Sendable {
  /// By step.
  package var pictures: [SamplePicture]
  /// How many pictures there are of which these may be a part.
  package var total: Int

  /// Some of a run's pictures.
  package init(_ pictures: [SamplePicture], total: Int) {
    self.pictures = pictures
    self.total = total
  }

  /// Which of so many pictures are shown where that is too many: the first, the last, and between them
  /// as even as it goes.
  package static func places(of count: Int, limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
  }
}
