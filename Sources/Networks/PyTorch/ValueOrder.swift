/// In which order PyTorch keeps a vector's values: for each place there, the place here.
struct ValueOrder: Equatable {
  /// `nil`: the same order.
  private let places: [Int]?

  static let same = ValueOrder(places: nil)

  private init(places: [Int]?) { self.places = places }

  /// Of an example's values: a picture's channel by channel, a vector's as given.
  init(of shape: [Int], vector: ValueOrder) {
    guard shape.count == 3 else {
      self = vector
      return
    }
    let (pixels, channels) = (shape[0] * shape[1], shape[2])
    guard pixels > 1, channels > 1 else {
      self = .same
      return
    }
    self.init(
      places: (0..<pixels * channels).map { place in
        let (channel, pixel) = place.quotientAndRemainder(dividingBy: pixels)
        return pixel * channels + channel
      })
  }

  subscript(place: Int) -> Int { places?[place] ?? place }

  /// The order of several vectors of `count` values, one after another.
  func repeated(_ times: Int, count: Int) -> ValueOrder {
    guard let places else { return self }
    return ValueOrder(places: (0..<times).flatMap { time in places.map { $0 + time * count } })
  }

  /// The order of a vector with one value more at its end.
  func appendingOne(after count: Int) -> ValueOrder {
    guard let places else { return self }
    return ValueOrder(places: places + [count])
  }
}
