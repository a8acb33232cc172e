import RunModel

/// Every combination once, in the file's order: the last parameter changes fastest.
///
/// A parameter that takes no part is left out, so that combinations that differ in it alone are one.
package struct GridSampler: Sampler {
  /// More points than that are refused.
  package static let most = 100_000

  package let assignments: [Assignment]

  /// A sampler of a space.
  ///
  /// - Throws: `SpaceError` for a number without a step, and for more than `most` points.
  package init(_ space: Space) throws(SpaceError) {
    var values: [[ParameterValue]] = []
    for parameter in space.parameters { values.append(try Self.values(of: parameter)) }
    var walk = GridWalk(space: space, values: values)
    guard walk.go(from: 0) else {
      throw SpaceError(
        description: "a grid may have \(Self.most) points at most, and this one has more; give its "
          + "parameters fewer values, or take another sampler")
    }
    assignments = walk.found
  }

  /// It looks at no history.
  package var learns: Bool { false }

  /// The points that there are.
  package var count: Int { assignments.count }

  /// The parameters of a point; from `count` on it begins again.
  package func suggest(point: Int, draw: Int, seed: UInt64, history: [Observation]) -> Assignment {
    guard !assignments.isEmpty else { return Assignment([]) }
    return assignments[Int(UInt(bitPattern: point) % UInt(assignments.count))]
  }

  private static func values(of parameter: Parameter) throws(SpaceError) -> [ParameterValue] {
    switch Axis(parameter.domain) {
    case .choice(let values): return values
    case .number(let axis):
      guard axis.step != nil else {
        throw SpaceError(
          description: "a grid can't hold every number of \(parameter.key): give it a step, or a "
            + "list of values")
      }
      guard axis.count <= Double(most) else {
        throw SpaceError(
          description: "a grid may have \(most) points at most, and \(parameter.key) alone has "
            + "\(axis.count.shortestText) values; give it a step, or a list of values")
      }
      return (0..<Int(axis.count)).map { axis.value(axis.number(atStep: Double($0))) }
    }
  }
}

/// A way through all combinations.
private struct GridWalk {
  let space: Space
  let values: [[ParameterValue]]
  var assignment: Assignment
  var found: [Assignment] = []

  init(space: Space, values: [[ParameterValue]]) {
    self.space = space
    self.values = values
    assignment = Assignment(Array(repeating: nil, count: values.count))
  }

  /// Goes through the values of a parameter and of those after it; false where there are too many.
  mutating func go(from index: Int) -> Bool {
    guard index < values.count else {
      found.append(assignment)
      return found.count <= GridSampler.most
    }
    guard space.isActive(index, in: assignment) else { return go(from: index + 1) }
    defer { assignment.values[index] = nil }
    for value in values[index] {
      assignment.values[index] = value
      guard go(from: index + 1) else { return false }
    }
    return true
  }
}
