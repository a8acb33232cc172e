import Configuration
import Datasets

/// What samples are drawn against: black and white of pictures, or a plane with real points on it.
struct PictureFrame {
  /// Black and white, or what both axes show.
  let range: ClosedRange<Float>
  /// Where real points come from; `nil` where examples are pictures.
  private let points: ExampleSource?

  private init(range: ClosedRange<Float>, points: ExampleSource?) {
    self.range = range
    self.points = points
  }

  /// The frame of data at hand.
  init(_ examples: ExampleSource) {
    self.init(range: examples.range, points: examples.shape.count == 1 ? examples : nil)
  }

  /// The frame of a configuration's data; no file is read.
  init(_ configuration: RunConfiguration) throws {
    switch configuration.data {
    case .fashionMNIST(_, let range):
      self.init(range: range, points: nil)
    case .digits(_, let settings), .idx(_, _, let settings), .images(_, _, _, let settings):
      self.init(range: settings.range, points: nil)
    case .ring, .grid, .swissRoll: self.init(try ExampleSource(configuration))
    }
  }

  /// Real points to draw behind as many fakes, two coordinates each.
  func realPoints(count: Int) -> [Float] {
    guard let points else { return [] }
    var values = [Float](repeating: 0, count: count * points.shape.reduce(1, *))
    values.withUnsafeMutableBufferPointer { points.fillHeldOut($0, from: 0) }
    return values
  }
}
