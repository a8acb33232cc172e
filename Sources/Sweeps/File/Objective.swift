import Configuration
package import RunModel

/// The number by which a sweep tells good runs from bad ones: a weighted sum over metrics.
package struct Objective: Sendable, Hashable {
  /// What is taken of a metric's points up to an epoch.
  enum Aspect: Hashable {
    case last
    /// NaN apart.
    case min, max
    /// Of the last so many points.
    case mean(Int)
    /// At the end of an epoch.
    case at(Int)
  }

  struct Term: Hashable {
    var aspect: Aspect
    var metric: String
    var weight: Double
  }

  /// The sum as the file says it.
  package let text: String
  /// Whether small or large is good.
  package let direction: Retention.Best.Direction
  let terms: [Term]
  private let constant: Double

  /// An objective from the text behind `minimize` or `maximize`.
  ///
  /// A metric alone is its last value; `best` is the smallest or largest value, whichever makes the sum
  /// better.
  init(
    _ text: String, direction: Retention.Best.Direction, at place: Place
  ) throws(ConfigurationError) {
    let subject = direction == .min ? "minimize" : "maximize"
    func refused(_ problem: String) -> ConfigurationError {
      ConfigurationError("\(subject) \(problem)", at: place)
    }
    let sum = try WeightedSum(Formula(text, of: subject, at: place), of: subject, at: place)
    guard !sum.parts.isEmpty else { throw refused("names no metric; write one, as last(d_loss)") }
    guard sum.parts.count <= 20 else { throw refused("is of more than 20 parts; keep 20") }
    var terms: [Term] = []
    for part in sum.parts {
      guard part.weight.isFinite, part.weight != 0 else {
        throw refused("gives \(shown(part.metric)) the weight \(part.weight.shortestText); drop it")
      }
      if measuresTime(metric: part.metric) {
        throw refused(
          "reads \(shown(part.metric)), a time, which differs between equal runs; take another metric"
        )
      }
      let isSmallGood = (direction == .min) == (part.weight > 0)
      terms.append(
        Term(
          aspect: try Self.aspect(part, isSmallGood: isSmallGood, refused: refused),
          metric: part.metric, weight: part.weight))
    }
    guard sum.constant.isFinite else { throw refused("adds a number that is not finite") }
    self.text = text
    self.direction = direction
    self.terms = terms
    constant = sum.constant
  }

  private static func aspect(
    _ part: WeightedSum.Part, isSmallGood: Bool, refused: (String) -> ConfigurationError
  ) throws(ConfigurationError) -> Aspect {
    let plain: [String: Aspect] = [
      "last": .last, "min": .min, "max": .max, "best": isSmallGood ? .min : .max,
    ]
    let counted: [String: (Int) -> Aspect] = ["mean": Aspect.mean, "at": Aspect.at]
    let metric = shown(part.metric)
    if let aspect = plain[part.function] {
      guard part.count == nil else {
        throw refused("gives \(part.function) a number; write \(part.function)(\(metric))")
      }
      return aspect
    }
    guard let aspect = counted[part.function] else {
      let known = ["last", "best", "min", "max", "mean", "at"]
      throw refused(
        "has no function '\(shown(part.function))'\(suggestion(for: part.function, among: known)); "
          + "there are \(known.joined(separator: ", "))")
    }
    guard let count = part.count, count <= 1_000_000_000 else {
      let meaning = part.function == "at" ? "an epoch" : "how many last points"
      throw refused(
        "must say \(meaning) in \(part.function), as \(part.function)(\(metric), 5)")
    }
    return aspect(count)
  }

  /// The metrics that it reads, each once, in the order of the text.
  package var metrics: [String] {
    terms.reduce(into: []) { names, term in
      if !names.contains(term.metric) { names.append(term.metric) }
    }
  }

  /// The objective of a run whose metrics have these points, each metric's in the order of steps.
  ///
  /// - Parameter epoch: points of later epochs are left out.
  /// - Returns: as measured, whichever direction is good; `nil` where a point that it needs is missing,
  ///   or the sum is not finite.
  package func value(
    of points: [String: [(epoch: Int, value: Double)]], through epoch: Int
  ) -> Double? {
    var sum = constant
    for term in terms {
      let seen = (points[term.metric] ?? []).filter { $0.epoch <= epoch }
      guard let value = term.aspect.value(of: seen) else { return nil }
      sum += term.weight * value
    }
    return sum.isFinite ? sum : nil
  }
}

extension Objective.Aspect {
  /// `nil` where there is no such point.
  fileprivate func value(of points: [(epoch: Int, value: Double)]) -> Double? {
    switch self {
    case .last: return points.last?.value
    case .min: return points.map(\.value).filter { !$0.isNaN }.min()
    case .max: return points.map(\.value).filter { !$0.isNaN }.max()
    case .mean(let count):
      let last = points.suffix(count)
      return last.isEmpty ? nil : last.reduce(0) { $0 + $1.value } / Double(last.count)
    case .at(let epoch): return points.last { $0.epoch == epoch }?.value
    }
  }
}

/// A formula as a sum of metrics, each times a number.
private struct WeightedSum {
  struct Part {
    var function: String
    var metric: String
    var count: Int?
    var weight: Double
  }

  var constant = 0.0
  var parts: [Part] = []

  init(_ formula: Formula, of subject: String, at place: Place) throws(ConfigurationError) {
    func sum(_ formula: Formula) throws(ConfigurationError) -> WeightedSum {
      try WeightedSum(formula, of: subject, at: place)
    }
    func refused() -> ConfigurationError {
      ConfigurationError(
        "\(subject) must be a sum of metrics, each times a number: metrics are not multiplied, and "
          + "none is divided by", at: place)
    }
    switch formula {
    case .number(let number, _): constant = number
    case .name(let metric): parts = [Part(function: "last", metric: metric, count: nil, weight: 1)]
    case .call(let function, of: let metric, let count):
      parts = [Part(function: function, metric: metric, count: count, weight: 1)]
    case .sum(let first, let second): self = try sum(first).adding(sum(second), times: 1)
    case .difference(let first, let second): self = try sum(first).adding(sum(second), times: -1)
    case .product(let first, let second):
      let (first, second) = try (sum(first), sum(second))
      guard first.parts.isEmpty || second.parts.isEmpty else { throw refused() }
      self = first.parts.isEmpty ? second.times(first.constant) : first.times(second.constant)
    case .quotient(let first, let second):
      let divisor = try sum(second)
      guard divisor.parts.isEmpty else { throw refused() }
      self = try sum(first).times(1 / divisor.constant)
    }
  }

  private func times(_ factor: Double) -> WeightedSum {
    var product = self
    product.constant *= factor
    for index in parts.indices { product.parts[index].weight *= factor }
    return product
  }

  private func adding(_ other: WeightedSum, times factor: Double) -> WeightedSum {
    var sum = self
    let other = other.times(factor)
    sum.constant += other.constant
    sum.parts += other.parts
    return sum
  }
}
