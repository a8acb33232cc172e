import RunModel

/// Every combination once, in the file's order: the last parameter changes fastest.
///
/// A parameter that takes no part is left out, so that combinations that differ in it alone are one.
package struct GridSampler: Sampler {
  /// No grid has more points.
  package static let most = 100_000

  /// Its points, in order.
  package let assignments: [Assignment]

  /// A sampler of a space.
  ///
  /// - Parameter points: how many of the first points it is for, `most` at most; `nil`: all.
  /// - Throws: `SpaceError` for a number without a step, and where all are more than `most`.
  package init(_ space: Space, points: Int? = nil) throws(SpaceError) {
    // One more than there may be tells that there are too many.
    let limit = min(points ?? .max, Self.most + 1)
    var values: [[ParameterValue]] = []
    for parameter in space.parameters {
      values.append(try Self.values(of: parameter, limit: limit))
    }
    var walk = GridWalk(space: space, values: values, limit: limit)
    walk.go(from: 0)
    guard walk.found.count <= Self.most else {
      throw SpaceError(
        description:
          "a grid may have \(Self.most) points at most, and this one has more; say how many "
          + "to take, or give its parameters fewer values")
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

  /// The first values of a parameter: later ones are in no combination before the limit.
  private static func values(
    of parameter: Parameter, limit: Int
  ) throws(SpaceError) -> [ParameterValue] {
    switch Axis(parameter.domain) {
    case .choice(let values): return values
    case .number(let axis):
      guard axis.step != nil else {
        throw SpaceError(
          description: "a grid can't hold every number of \(parameter.key): give it a step, or a "
            + "list of values")
      }
      let count = Int(min(axis.count, Double(limit)))
      return (0..<max(0, count)).map { axis.value(axis.number(atStep: Double($0))) }
    }
  }
}

/// A way through the combinations, up to a limit.
private struct GridWalk {
  let space: Space
  let values: [[ParameterValue]]
  let limit: Int
  var assignment: Assignment
  var found: [Assignment] = []

  init(space: Space, values: [[ParameterValue]], limit: Int) {
    self.space = space
    self.values = values
    self.limit = limit
    assignment = Assignment(Array(repeating: nil, count: values.count))
  }

  /// Goes through the values of a parameter and of those after it.
  mutating func go(from index: Int) {
    guard index < values.count else { return found.append(assignment) }
    guard space.isActive(index, in: assignment) else { return go(from: index + 1) }
    for value in values[index] where found.count < limit {
      assignment.values[index] = value
      go(from: index + 1)
    }
    assignment.values[index] = nil
  }
}
