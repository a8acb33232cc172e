package import RunModel

/// The run object that `train`, `resume`, `list`, `show` and `checkpoints import` print.
package func runJSON(_ run: Run) -> JSONValue { .object(runMembers(run)) }

/// The members of a run object, in their order; `show` adds its own.
func runMembers(_ run: Run) -> [(key: String, value: JSONValue)] {
  var members: [(key: String, value: JSONValue)] = [
    ("id", .string(run.id.rawValue)),
    ("name", .string(run.name)),
    ("experiment", .string(run.experiment)),
    ("status", .string(run.status.rawValue)),
    ("created_at", .time(run.createdAt)),
    ("ended_at", .time(run.endedAt)),
    ("epoch", .integer(run.epoch)),
    ("step", .integer(run.step)),
    ("images", .integer(run.images)),
    ("params", .sorted(run.parameters, JSONValue.parameter)),
    ("metrics", .sorted(run.metrics, summaryJSON)),
    ("tags", .sorted(run.tags, JSONValue.string)),
    ("parent", run.parent.map(parentJSON) ?? .null),
    ("diagnosis", .array([])),
    ("checkpoints", .integer(run.checkpoints)),
    ("failure", .string(run.failure)),
  ]
  if let time = run.deletedAt { members.append(("deleted_at", .time(time))) }
  if let trial = run.trial {
    members += [("sweep", .string(trial.sweep)), ("trial", .integer(trial.number))]
  }
  return members
}

private func summaryJSON(_ summary: MetricSummary) -> JSONValue {
  .object([
    ("last", .number(summary.last)),
    ("min", .number(summary.min)),
    ("min_step", .integer(summary.minStep)),
    ("max", .number(summary.max)),
    ("max_step", .integer(summary.maxStep)),
    ("count", .integer(summary.count)),
    ("nan_count", .integer(summary.nanCount)),
    ("first_nan_step", .integer(summary.firstNaNStep)),
  ])
}

private func parentJSON(_ parent: Run.Parent) -> JSONValue {
  .object([
    ("run_id", .string(parent.id.rawValue)),
    ("checkpoint_digest", .string(parent.checkpointDigest.description)),
  ])
}
