package import RunModel

/// What a curve is drawn along.
package enum CurveAxis: String, Sendable, CaseIterable {
  /// Steps done since the run's start.
  case step
  /// The epoch that the step belongs to.
  case epoch
  /// Real examples seen.
  case images
  /// Time that the run's attempts took, the pauses between them left out.
  case time

  /// Where points stand on the axis; those without an epoch or images stand nowhere, and are left out.
  ///
  /// - Parameters:
  ///   - points: of one run, by step.
  ///   - attempts: the run's, in their order; only time is told by them.
  package func places(of points: [SeriesPoint], attempts: [Attempt]) -> [Chart.Place] {
    let clock = self == .time ? TrainingClock(attempts, points) : nil
    return points.compactMap { point in
      let place: Double? =
        switch self {
        case .step: Double(point.step)
        case .epoch: point.epoch.map(Double.init)
        case .images: point.images.map(Double.init)
        case .time: clock?.seconds(at: point)
        }
      return place.map { Chart.Place(x: $0, y: point.value) }
    }
  }

  /// A place on the axis as text.
  func text(_ place: Double) -> String {
    switch self {
    case .step, .epoch, .images: String(Int(place.rounded()))
    // A stranger's times may come to more than 64 bits hold.
    case .time: durationText(microseconds: Int64(min(max(place, 0), 1e12) * 1e6))
    }
  }
}

/// Tells how long a run had trained when a point was measured.
private struct TrainingClock {
  /// Attempt number to the moment it began and what earlier attempts took, in microseconds.
  private var starts: [Int: (moment: Int64, before: Double)] = [:]

  init(_ attempts: [Attempt], _ points: [SeriesPoint]) {
    var times: [Int: (first: Int64, last: Int64)] = [:]
    for point in points {
      let time = point.time.microseconds
      let known = times[point.attempt] ?? (time, time)
      times[point.attempt] = (min(known.first, time), max(known.last, time))
    }
    var before = 0.0
    for attempt in attempts {
      let own = times[attempt.number]
      var start = attempt.startedAt.microseconds
      var end = attempt.endedAt?.microseconds ?? own?.last ?? start
      // Points that another program recorded bring their own times along.
      if let own, own.first < start || own.last > end { (start, end) = own }
      starts[attempt.number] = (start, before)
      before += Double(max(0, end - start))
    }
  }

  func seconds(at point: SeriesPoint) -> Double? {
    guard let start = starts[point.attempt] else { return nil }
    return (start.before + Double(point.time.microseconds - start.moment)) / 1e6
  }
}
