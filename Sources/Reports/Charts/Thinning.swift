/// Leaves out points that a picture of a curve does not need; what is left stands in its order.
///
/// The points between the first and the last are cut into stretches of equal count, and each keeps its
/// smallest and its largest value and all that are no finite numbers, so that neither a spike nor a NaN is
/// lost. MLflow takes the first point of a stretch, TensorBoard chooses by chance, and trackio takes
/// every n-th: each of them loses one 1e6 among 5,000 points.
///
/// - Parameter limit: how many finite values stay at most, 4 or more.
package func thinned<Point>(
  _ points: [Point], to limit: Int, value: (Point) -> Double
) -> [Point] {
  precondition(limit >= 4, "a curve is not thinned to \(limit) points")
  guard points.count > limit else { return points }
  let stretches = (limit - 2) / 2
  let inner = points.count - 2
  var kept = [points[0]]
  kept.reserveCapacity(limit)
  for stretch in 0..<stretches {
    // Rounded down at both ends: every point belongs to one stretch.
    let range = 1 + stretch * inner / stretches..<1 + (stretch + 1) * inner / stretches
    kept += extremes(range, value: { value(points[$0]) }).map { points[$0] }
  }
  return kept + [points[points.count - 1]]
}

/// The places of a stretch's smallest and largest values and of those that are not finite, in order.
private func extremes(_ range: Range<Int>, value: (Int) -> Double) -> [Int] {
  var lowest: (place: Int, value: Double)?
  var highest: (place: Int, value: Double)?
  var others: [Int] = []
  for place in range {
    let value = value(place)
    guard value.isFinite else {
      others.append(place)
      continue
    }
    if value < lowest?.value ?? .infinity { lowest = (place, value) }
    if value > highest?.value ?? -.infinity { highest = (place, value) }
  }
  return Set([lowest?.place, highest?.place].compactMap { $0 } + others).sorted()
}
