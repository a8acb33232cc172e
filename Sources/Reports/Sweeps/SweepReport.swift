package import RunModel

/// All that the report of a sweep tells.
package struct SweepReport: Sendable {
  package var sweep: Sweep
  package var standing: SweepStanding
  /// What decides its points, a name and a text each.
  package var rules: [(name: String, text: String)]
  /// In the order of the file.
  package var axes: [SweepAxis]
  /// Each axis's part, of 1, in whether a point is among the best; `nil` of too few points.
  package var importance: [Double]?
  /// A line for a shell that trains the best point again.
  package var command: String?
  /// Those that were begun, in any order.
  package var jobs: [Job]

  /// A report from its parts.
  package init(
    sweep: Sweep, standing: SweepStanding, rules: [(name: String, text: String)],
    axes: [SweepAxis], importance: [Double]?, command: String?, jobs: [Job]
  ) {
    self.sweep = sweep
    self.standing = standing
    self.rules = rules
    self.axes = axes
    self.importance = importance
    self.command = command
    self.jobs = jobs
  }
}
