/// What came of an entry: of all runs of a point at a rung.
package enum Outcome: Sendable, Hashable {
  /// The mean over its seeds, as measured, and the epochs that it has.
  case value(Double, epochs: Int)
  /// The mean of what its runs had when one of them was stopped early.
  case stopped(Double, epochs: Int)
  /// A loss was not finite in one of its runs, or there is no finite value.
  case diverged
  /// One of its runs could not be trained.
  case failed

  /// What ranks it, the smaller the better; `nil`: behind all that have one.
  ///
  /// - Parameter minimizes: whether the smaller value is the better one.
  func rank(minimizes: Bool) -> Double? {
    switch self {
    case .value(let value, _), .stopped(let value, _): minimizes ? value : -value
    case .diverged, .failed: nil
    }
  }
}

/// The results of one rung, in the order in which trials entered it.
struct RungResults: Sendable {
  /// Points from the best to the worst.
  private(set) var ranking: [(point: Int, rank: Double?)] = []
  /// Points that go on, in the order in which that was decided.
  private(set) var promoted: [Int] = []
  private var isPromoted: Set<Int> = []

  var count: Int { ranking.count }

  /// Takes the next result in.
  ///
  /// - Parameter rank: the smaller the better; `nil` behind all others. Ties go to the lower number.
  mutating func take(_ point: Int, rank: Double?) {
    let place = ranking.firstIndex { Self.precedes((point, rank), $0) } ?? ranking.count
    ranking.insert((point, rank), at: place)
  }

  /// Promotes the best of the best `count` that has not gone on yet.
  mutating func promoteBest(of count: Int) {
    promote(ranking.prefix(count).first { $0.rank != nil && !isPromoted.contains($0.point) }?.point)
  }

  /// Promotes all of the best `count`, from the best on.
  mutating func promoteAll(of count: Int) {
    for entry in ranking.prefix(count) where entry.rank != nil { promote(entry.point) }
  }

  /// Promotes a point.
  mutating func promote(_ point: Int?) {
    guard let point, isPromoted.insert(point).inserted else { return }
    promoted.append(point)
  }

  private static func precedes(
    _ first: (point: Int, rank: Double?), _ second: (point: Int, rank: Double?)
  ) -> Bool {
    switch (first.rank, second.rank) {
    case (let one?, let other?): one == other ? first.point < second.point : one < other
    case (nil, nil): first.point < second.point
    case (let one, _): one != nil
    }
  }
}
