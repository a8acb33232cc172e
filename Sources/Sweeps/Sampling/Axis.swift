import Foundation
import RunModel

/// A domain as samplers work on it: a choice by its index, a number by the number.
enum Axis {
  case choice([ParameterValue])
  case number(NumberAxis)

  /// The axis of a domain.
  init(_ domain: Domain) {
    switch domain {
    case .choice(let values):
      var seen: Set<ParameterValue> = []
      self = .choice(values.filter { seen.insert($0).inserted })
    case .range(let low, let high, let step):
      self = .number(NumberAxis(low: low, high: high, step: step, isLog: false, isWhole: false))
    case .log(let low, let high):
      self = .number(NumberAxis(low: low, high: high, step: nil, isLog: true, isWhole: false))
    case .int(let low, let high, let isLog):
      self = .number(
        NumberAxis(low: Double(low), high: Double(high), step: 1, isLog: isLog, isWhole: true))
    }
  }

  /// The value at a share, from 0 to under 1, of the domain; `nil` of a choice of nothing.
  func value(at share: Double) -> ParameterValue? {
    switch self {
    case .choice(let values):
      values.isEmpty ? nil : values[min(Int(share * Double(values.count)), values.count - 1)]
    case .number(let axis): axis.value(axis.number(at: share))
    }
  }

  /// A choice's index, a number as it is but not beyond the ends; `nil` where it is neither.
  func position(of value: ParameterValue?) -> Double? {
    guard let value else { return nil }
    switch self {
    case .choice(let values): return values.firstIndex(of: value).map(Double.init)
    case .number(let axis):
      guard let number = value.doubleValue, number.isFinite else { return nil }
      return min(max(number, axis.low), axis.high)
    }
  }

  /// The value at a position.
  func value(atPosition position: Double) -> ParameterValue? {
    switch self {
    case .choice(let values):
      // A place among the choices, or NaN, which is none.
      Int(exactly: position).flatMap { values.indices.contains($0) ? values[$0] : nil }
    case .number(let axis): axis.value(position)
    }
  }
}

/// The numbers from `low` to `high`, or those a whole count of steps above `low`.
struct NumberAxis {
  let low: Double
  let high: Double
  let step: Double?
  let isLog: Bool
  /// Whether its values are whole numbers.
  let isWhole: Bool
  /// How many numbers there are; 0 without a step.
  let count: Double
  /// The ends in the coordinates in which densities are: the number or its logarithm, half a step
  /// beyond the first and the last number.
  let lower: Double
  let upper: Double
  /// The power of ten that makes `low` and `step` whole, where there is one.
  private let decimalScale: Double?

  /// An axis from its ends.
  init(low: Double, high: Double, step: Double?, isLog: Bool, isWhole: Bool) {
    // Of ends that a file would not hold, something is made that ends.
    let high = max(low, high)
    let isLog = isLog && low > 0
    let margin = step.map { $0 / 2 } ?? 0
    (self.low, self.high, self.step) = (low, high, step)
    (self.isLog, self.isWhole) = (isLog, isWhole)
    count = step.map { max(1, ((high - low) / $0).rounded() + 1) } ?? 0
    lower = isLog ? Foundation.log(low - margin) : low - margin
    upper = isLog ? Foundation.log(high + margin) : high + margin
    decimalScale = step.flatMap { step in
      (0...15).lazy.map { pow(10, Double($0)) }.first { scale in
        [low, step].allSatisfy { ($0 * scale).rounded() / scale == $0 && abs($0) * scale < 0x1p53 }
      }
    }
  }

  /// The coordinate of a number.
  func coordinate(_ number: Double) -> Double { isLog ? Foundation.log(number) : number }

  /// The number at a coordinate: the nearest that there is.
  func number(atCoordinate coordinate: Double) -> Double {
    let number = isLog ? exp(coordinate) : coordinate
    guard let step else { return min(max(number, low), high) }
    return self.number(atStep: ((number - low) / step).rounded())
  }

  /// The coordinates between which a number with a step is the nearest.
  func bin(around number: Double) -> (lower: Double, upper: Double) {
    let margin = (step ?? 0) / 2
    return (coordinate(number - margin), coordinate(number + margin))
  }

  /// The number at a share, from 0 to under 1, of the axis.
  func number(at share: Double) -> Double {
    guard step != nil, !isLog else {
      return number(atCoordinate: lower + share * (upper - lower))
    }
    return number(atStep: (share * count).rounded(.down))
  }

  /// The number that is some steps above the first, or the last one where those are too many.
  ///
  /// 0.1 and 2 steps of 0.1 make 0.3, not 0.30000000000000004: whole multiples of a power of ten are
  /// added, which is exact.
  func number(atStep index: Double) -> Double {
    let index = min(max(index, 0), count - 1)
    guard let step else { return low }
    guard let decimalScale, high.magnitude * decimalScale < 0x1p53 else {
      return min(low + index * step, high)
    }
    let units = (low * decimalScale).rounded() + index * (step * decimalScale).rounded()
    return min(units / decimalScale, high)
  }

  /// A number as the configuration holds it.
  func value(_ number: Double) -> ParameterValue {
    guard isWhole else { return .number(number) }
    // NaN and what is beyond Int64 can't be whole.
    return .integer(Int64(exactly: number.rounded()) ?? (number > 0 ? .max : .min))
  }
}
