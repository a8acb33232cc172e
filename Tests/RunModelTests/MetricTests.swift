import RunModel
import TestSupport
import Testing

@Suite("Metrics")
struct MetricTests {
  @Test("a summary does not depend on the order of its points", arguments: 1...50)
  func orders(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let values: [Double] = [0, 1, -2, 1, .nan, .infinity, -.infinity]
    let points = (0..<Int(random.next() % 12 + 1)).map { step in
      (step: step * 3, value: values[Int(random.next() % UInt64(values.count))])
    }
    let shuffled = points.shuffled(using: &random)
    var summary = MetricSummary(step: shuffled[0].step, value: shuffled[0].value)
    for point in shuffled.dropFirst() { summary.add(step: point.step, value: point.value) }
    let numbers = points.filter { !$0.value.isNaN }
    #expect(summary.count == points.count, "seed \(seed)")
    #expect(summary.lastStep == points.last?.step, "seed \(seed)")
    #expect(String(summary.last) == points.last.map { String($0.value) }, "seed \(seed)")
    #expect(summary.nanCount == points.count - numbers.count, "seed \(seed)")
    #expect(summary.firstNaNStep == points.first { $0.value.isNaN }?.step, "seed \(seed)")
    #expect(summary.min == numbers.map(\.value).min(), "seed \(seed)")
    #expect(summary.max == numbers.map(\.value).max(), "seed \(seed)")
    #expect(summary.minStep == numbers.first { $0.value == summary.min }?.step, "seed \(seed)")
    #expect(summary.maxStep == numbers.first { $0.value == summary.max }?.step, "seed \(seed)")
  }

  @Test(
    "metrics that measure time are known by their ends",
    arguments: [
      ("seconds", true), ("checkpoint_stall_ms", true), ("images_per_second", true),
      ("evaluate_seconds", true), ("d_loss", false), ("seconds_left", false),
    ])
  func time(name: String, measures: Bool) {
    #expect(measuresTime(metric: name) == measures)
  }

  @Test(
    "a metric's direction is known by its name: quality and time have one, the game's losses none",
    arguments: [
      ("swd", .min), ("swd[n=2048]", .min), ("modes[8]", .max), ("high_quality", .max),
      ("reverse_kl", .min), ("seconds", .min), ("checkpoint_stall_ms", .min),
      ("images_per_second", .max), ("d_loss", nil), ("g_loss", nil), ("d_accuracy", nil),
      ("my_swd", nil), ("", nil), ("[swd]", nil),
    ] as [(String, Retention.Best.Direction?)])
  func direction(name: String, direction: Retention.Best.Direction?) {
    #expect(Retention.Best.Direction(ofMetric: name) == direction)
  }

  @Test(
    "the better of two values; NaN is the worst, and no value is better than itself",
    arguments: [
      (1.0, 2.0, true, false), (2, 1, false, true), (1, 1, false, false), (1, .nan, true, true),
      (.nan, 1, false, false), (.nan, .nan, false, false), (-.infinity, 1, true, false),
    ])
  func better(first: Double, second: Double, isSmaller: Bool, isLarger: Bool) {
    #expect(Retention.Best.Direction.min.prefers(first, to: second) == isSmaller)
    #expect(Retention.Best.Direction.max.prefers(first, to: second) == isLarger)
  }

  @Test(
    "numbers read back from their shortest text",
    arguments: [
      (0.1, "0.1"), (1e-8, "1e-08"), (2, "2"), (-3.5, "-3.5"), (1e22, "1e+22"), (0, "0"),
      (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "NaN"), (.leastNonzeroMagnitude, "5e-324"),
    ])
  func text(value: Double, expected: String) {
    #expect(value.shortestText == expected)
    if value.isFinite { #expect(Double(expected) == value) }
  }

  @Test("a setting reads as in a configuration file")
  func settings() {
    let values: [ParameterValue] = [.boolean(true), .integer(-3), .number(2e-4), .text("ring")]
    #expect(values.map(\.description) == ["true", "-3", "0.0002", "ring"])
    #expect(values.map(\.doubleValue) == [nil, -3, 2e-4, nil])
  }
}
