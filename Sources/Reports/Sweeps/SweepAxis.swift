import RunModel

#if canImport(Glibc)
  import Glibc
#endif

/// A searched parameter as charts draw it.
package struct SweepAxis: Sendable, Hashable {
  /// What it may be.
  package enum Values: Sendable, Hashable {
    case categories([String])
    case numbers(low: Double, high: Double, isLogarithmic: Bool)
  }

  /// Its dotted configuration key.
  package var key: String
  package var values: Values

  /// An axis from its parts.
  package init(key: String, values: Values) {
    self.key = key
    self.values = values
  }

  /// How far along a value stands, from 0 to 1; `nil` where it is none of the axis.
  func fraction(_ value: ParameterValue) -> Double? {
    switch values {
    case .categories(let names):
      return names.firstIndex(of: value.description).map {
        (Double($0) + 0.5) / Double(names.count)
      }
    case .numbers(let low, let high, let isLogarithmic):
      guard let number = value.doubleValue, number.isFinite else { return nil }
      guard low < high else { return 0.5 }
      let fraction =
        isLogarithmic
        ? (log(number) - log(low)) / (log(high) - log(low)) : (number - low) / (high - low)
      return fraction.isFinite ? min(max(fraction, 0), 1) : nil
    }
  }

  /// What stands at the ends of an axis of numbers, at each place of one of categories.
  var labels: [(fraction: Double, text: String)] {
    switch values {
    case .categories(let names):
      names.enumerated().map { ((Double($0) + 0.5) / Double(names.count), $1) }
    case .numbers(let low, let high, _):
      low < high ? [(0, low.shortestText), (1, high.shortestText)] : [(0.5, low.shortestText)]
    }
  }
}

/// Parameters' keys as short as they tell them apart.
///
/// The end of a key is enough where no other key ends so: `beta1`. Else its head stands before it:
/// `generator…lr`.
package func shortNames(of keys: [String]) -> [String] {
  keys.map { key in
    let parts = key.split(separator: ".", omittingEmptySubsequences: false)
    let others = keys.filter { $0 != key }.map {
      $0.split(separator: ".", omittingEmptySubsequences: false)
    }
    func isTelling(_ end: ArraySlice<Substring>) -> Bool {
      others.allSatisfy { $0.suffix(end.count) != end }
    }
    // A list's place alone tells a person nothing.
    if let end = parts.last, Int(end) == nil, isTelling(parts.suffix(1)) { return String(end) }
    for count in parts.indices.dropFirst() where count < parts.count - 1 {
      let end = parts.suffix(count)
      if others.allSatisfy({ $0.first != parts.first || $0.suffix(count) != end }) {
        return "\(parts[0])…\(end.joined(separator: "."))"
      }
    }
    return key
  }
}

/// Parameters' keys with heads of a few letters, where those still tell them apart: `g…lr`.
func shortestNames(of keys: [String]) -> [String] {
  let names = shortNames(of: keys)
  return names.map { name in
    let parts = name.split(separator: "…", maxSplits: 1)
    guard parts.count == 2 else { return name }
    let others = names.filter { $0 != name && $0.hasSuffix("…" + parts[1]) }
    let count = (1..<max(2, parts[0].count)).first { count in
      others.allSatisfy { !$0.hasPrefix(parts[0].prefix(count)) }
    }
    return count.map { "\(parts[0].prefix($0))…\(parts[1])" } ?? name
  }
}
