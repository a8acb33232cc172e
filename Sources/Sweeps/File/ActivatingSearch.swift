import RunModel

/// Looks for values of the parameters above under which one takes part.
///
/// A condition compares parameters with literals alone, so that a value on each, beside each and between
/// two neighbours stands for all.
struct ActivatingSearch {
  private static let mostSteps = 500

  /// Values that let it take part, of the parameters above it alone; `nil` where none were found.
  private(set) var assignment: Assignment?
  /// Whether there is nothing else that could be tried.
  private(set) var isExhaustive = true

  private let space: Space
  private let target: Int
  /// What is tried, of parameters that bear on it, by index.
  private var candidates: [Int: [ParameterValue]] = [:]
  private var steps = 0

  init(of target: Int, in space: Space) {
    self.space = space
    self.target = target
    var conditions = space.parameters[target].condition.map { [$0] } ?? []
    var next = 0
    while next < conditions.count {
      for key in conditions[next].keys {
        guard let index = space.parameters[..<target].firstIndex(where: { $0.key == key }),
          candidates[index] == nil
        else { continue }
        candidates[index] = []
        if let condition = space.parameters[index].condition { conditions.append(condition) }
      }
      next += 1
    }
    for index in candidates.keys {
      let parameter = space.parameters[index]
      let literals = conditions.flatMap { $0.numbers(of: parameter.key) }
      candidates[index] = parameter.domain.candidates(around: literals)
    }
    assignment = find(0, Assignment(Array(repeating: nil, count: space.parameters.count)))
    if steps > Self.mostSteps { isExhaustive = false }
  }

  private mutating func find(_ index: Int, _ start: Assignment) -> Assignment? {
    steps += 1
    guard steps <= Self.mostSteps else { return nil }
    let isActive = space.isActive(index, in: start)
    if index == target { return isActive ? start : nil }
    guard isActive else { return find(index + 1, start) }
    let domain = space.parameters[index].domain
    for value in candidates[index] ?? Array(domain.samples.prefix(1)) {
      var assignment = start
      assignment.values[index] = value
      if let found = find(index + 1, assignment) { return found }
    }
    return nil
  }
}

extension Domain {
  /// Values on either side of each number that a condition compares with.
  fileprivate func candidates(around numbers: [Double]) -> [ParameterValue] {
    switch self {
    case .choice: return samples
    case .range(let low, let high, step: _), .log(let low, let high):
      let inside = Set(numbers).filter { $0 > low && $0 < high }
      let marks = ([low, high] + inside).sorted()
      let between = zip(marks, marks.dropFirst()).map { ($0 + $1) / 2 }
      return ([low, high] + inside.sorted() + between).map { .number($0) }
    case .int(let low, let high, isLog: _):
      let inside = Set(numbers.compactMap { Int64(exactly: $0.rounded()) })
        .filter { $0 >= low && $0 <= high }
      let marks = Set(inside.flatMap { [$0 - 1, $0, $0 + 1] }).filter { $0 > low && $0 < high }
      return ([low, high] + marks.sorted()).map { .integer($0) }
    }
  }
}

extension Condition {
  /// The numbers that a parameter is compared with.
  fileprivate func numbers(of key: String) -> [Double] { filter.clause.numbers(of: key) }
}

extension RunFilter.Clause {
  fileprivate func numbers(of key: String) -> [Double] {
    switch self {
    case .comparison(.parameter(key), _, let literal): [literal].compactMap(\.number)
    case .membership(.parameter(key), let literals): literals.compactMap(\.number)
    case .comparison, .membership, .pattern, .isMissing: []
    case .not(let clause): clause.numbers(of: key)
    case .all(let clauses), .any(let clauses): clauses.flatMap { $0.numbers(of: key) }
    }
  }
}

extension RunFilter.Literal {
  fileprivate var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    case .text, .boolean, .time, .ago: nil
    }
  }
}
