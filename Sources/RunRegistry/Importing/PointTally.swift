import RunModel

/// Points by count and by sum, whatever their order: two lots of points that agree are the same points.
///
/// The sum is of a number that each point is mixed to, modulo 2^64; a sum of the values themselves would
/// depend on their order, and be nothing beside one infinity.
struct PointTally: Equatable {
  private(set) var count = 0
  private var sum: UInt64 = 0

  mutating func add(_ metric: String, _ step: Int, _ attempt: Int, _ value: Double) {
    count += 1
    sum &+= Self.mixed(metric, step, attempt, value)
  }

  mutating func take(out metric: String, _ step: Int, _ attempt: Int, _ value: Double) {
    count -= 1
    sum &-= Self.mixed(metric, step, attempt, value)
  }

  private static func mixed(_ metric: String, _ step: Int, _ attempt: Int, _ value: Double)
    -> UInt64
  {
    // One pattern for every NaN and one for both zeros, as SQLite gives them back.
    let bits = value.isNaN ? Double.nan.bitPattern : value == 0 ? 0 : value.bitPattern
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    // FNV-1a (Fowler, Noll and Vo) over the name, then SplitMix64's finaliser over each number.
    for byte in metric.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for number in [UInt64(bitPattern: Int64(step)), UInt64(attempt), bits] {
      state ^= number
      state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
    return state
  }

  /// The tally of points of which the last of one metric, step and attempt counts.
  struct Distinct {
    private struct Key: Hashable {
      var metric: String
      var step: Int
      var attempt: Int
    }

    private(set) var tally = PointTally()
    private var values: [Key: Double] = [:]

    mutating func add(_ metric: String, _ point: SeriesPoint) {
      let key = Key(metric: metric, step: point.step, attempt: point.attempt)
      if let old = values.updateValue(point.value, forKey: key) {
        tally.take(out: metric, point.step, point.attempt, old)
      }
      tally.add(metric, point.step, point.attempt, point.value)
    }
  }
}
