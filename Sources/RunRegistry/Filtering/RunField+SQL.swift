import GRDB
import RunModel

extension RunField.Own {
  /// The field of a row of `run`; NULL where it is missing.
  ///
  /// `crashed` must be a table of the keys of runs that are stored as running and whose process is gone.
  var expression: String {
    switch self {
    case .id: "run.run_id"
    case .status: Self.status
    // A crash has no end of its own; the last sign of life stands for it.
    case .endedAt:
      """
      coalesce(run.ended_at, CASE WHEN \(Self.status) = 'crashed' THEN (SELECT heartbeat_at \
      FROM attempt WHERE attempt.run = run.id ORDER BY number DESC LIMIT 1) END)
      """
    case .parent: "run.parent_run_id"
    case .note: "(SELECT text FROM note WHERE note.run = run.id)"
    case .sweep: "(SELECT sweep.name \(Self.fromTrial))"
    case .trial: "(SELECT job.point \(Self.fromTrial))"
    case .name, .experiment, .createdAt, .epoch, .step, .images, .checkpoints, .failure,
      .deletedAt:
      "run.\(rawValue)"
    }
  }

  // Of points that repeat one another the run is the first's.
  private static let fromTrial = """
    FROM job CROSS JOIN sweep ON sweep.id = job.sweep WHERE job.run_id = run.run_id \
    ORDER BY job.sweep, job.point LIMIT 1
    """

  private static let status =
    "(CASE WHEN run.status = 'running' AND run.id IN crashed THEN 'crashed' ELSE run.status END)"

  /// Whether the field depends on which processes live.
  var isDerived: Bool { self == .status || self == .endedAt }

  /// Whether its values are microseconds.
  var isTime: Bool { self == .createdAt || self == .endedAt || self == .deletedAt }
}

extension RunField.Aspect {
  /// The number of a row of `series` under a name, with the values that it binds.
  func expression(of metric: String, in series: String) -> (
    sql: String, arguments: [any DatabaseValueConvertible]
  ) {
    guard self == .best else { return ("\(series).\(rawValue)", []) }
    // What a run's own setting says comes before what is known of the name: Run.direction(ofMetric:).
    let sql = """
      CASE coalesce((SELECT direction.value FROM setting AS metric JOIN setting AS direction \
      ON direction.run = metric.run AND direction.key = 'checkpoint.best.direction' \
      WHERE metric.run = run.id AND metric.key = 'checkpoint.best.metric' \
      AND metric.value IN (?, ?)), ?) \
      WHEN 'min' THEN \(series).min WHEN 'max' THEN \(series).max END
      """
    let bare = String(metric.prefix { $0 != "[" })
    let known = Retention.Best.Direction(ofMetric: metric)?.rawValue ?? "none"
    return (sql, [metric, bare, known])
  }
}
