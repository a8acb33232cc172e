/// What is known of an earlier point when the next is suggested.
package struct Observation: Sendable, Hashable {
  package enum Result: Sendable, Hashable {
    /// Its job, or its first one, has not ended within what may be seen.
    case running
    /// The deepest rung that it has reached, from 0, whether that is the last one, and the objective
    /// there: the smaller the better.
    case value(Double, rung: Int, isComplete: Bool)
    /// A loss was not finite, or the objective is not: worse than any value.
    case diverged
    /// It could not be trained: nothing is known of its parameters.
    case failed
  }

  /// Its number, from 0.
  package var point: Int
  package var assignment: Assignment
  package var result: Result

  /// An observation from its parts.
  package init(point: Int, assignment: Assignment, result: Result) {
    self.point = point
    self.assignment = assignment
    self.result = result
  }
}
