import Tensors

/// Square patches at random places of one level of a pyramid, and how to read them normalised.
struct Patches {
  /// Width and height of a patch.
  static let side = 7
  /// Patches of each picture and level.
  static let perPicture = 128

  /// Which of the two sets the pictures are: each has places of its own.
  enum Subject: UInt32 { case real = 0, fake = 1 }

  let level: LaplacianPyramid.Level
  /// Where each patch begins in the level's values.
  let places: [Int32]
  /// Of each channel over all pixels of all patches.
  private(set) var means: [Double]
  /// Never 0: what has no spread stays 0 when it is divided.
  private(set) var deviations: [Double]

  /// Values in one patch.
  var size: Int { Self.side * Self.side * level.channels }

  /// The patches of all pictures of a level.
  ///
  /// - Parameter number: the level's place in the pyramid.
  init(of level: LaplacianPyramid.Level, number: Int, subject: Subject) {
    self.level = level
    let count = level.values.count / level.pictureSize
    let choices = UInt64(level.side - Self.side + 1)
    places = (0..<count * Self.perPicture).map { patch in
      let block = Philox.block(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: patch), UInt32(number), subject.rawValue,
          EvaluationStream.patches),
        key: EvaluationStream.key)
      let row = Int((UInt64(block[0]) * choices) >> 32)
      let column = Int((UInt64(block[1]) * choices) >> 32)
      let start = (row * level.side + column) * level.channels
      return Int32(patch / Self.perPicture * level.pictureSize + start)
    }
    means = []
    deviations = []
    for channel in 0..<level.channels {
      let (mean, deviation) = moments(of: channel)
      means.append(mean)
      deviations.append(deviation > 0 ? deviation : 1)
    }
  }

  /// Values in one row of a patch, which lie side by side.
  var rowSize: Int { Self.side * level.channels }

  private func moments(of channel: Int) -> (mean: Double, deviation: Double) {
    let stride = level.side * level.channels
    let total = Double(places.count * Self.side * Self.side)
    func sum(_ term: (Double) -> Double) -> Double {
      level.values.withUnsafeBufferPointer { values in
        var sum = 0.0
        for place in places {
          // A patch's own sum first: many small terms into one large sum lose digits.
          var part = 0.0
          for row in 0..<Self.side {
            let start = Int(place) + row * stride + channel
            for pixel in 0..<Self.side {
              part += term(Double(values[start + pixel * level.channels]))
            }
          }
          sum += part
        }
        return sum
      }
    }
    let mean = sum { $0 } / total
    return (mean, (sum { ($0 - mean) * ($0 - mean) } / total).squareRoot())
  }
}
