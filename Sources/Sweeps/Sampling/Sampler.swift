import RunModel

/// What chooses the parameters of points.
///
/// A suggestion is a function of its arguments alone: no state, no clock, no order of calls.
package protocol Sampler: Sendable {
  /// Whether it looks at what is known of earlier points; where not, every point may begin at once.
  var learns: Bool { get }

  /// The parameters of a point.
  ///
  /// - Parameters:
  ///   - point: its number, from 0.
  ///   - draw: 0, or 1 where the point's first suggestion repeated an earlier point.
  ///   - seed: the sweep's.
  ///   - history: what may be known of earlier points, in any order; values that a space can't hold
  ///     count as nearby ones, or as unknown.
  func suggest(point: Int, draw: Int, seed: UInt64, history: [Observation]) -> Assignment
}

/// A space that a sampler can't search.
package struct SpaceError: Error, CustomStringConvertible, Equatable {
  /// What is in the way, and how to mend it.
  package let description: String
}

extension Space {
  /// An assignment made from the first parameter to the last, those that take no part left out.
  func assignment(_ value: (Int) -> ParameterValue?) -> Assignment {
    var assignment = Assignment(Array(repeating: nil, count: parameters.count))
    for index in parameters.indices where isActive(index, in: assignment) {
      assignment.values[index] = value(index)
    }
    return assignment
  }
}
