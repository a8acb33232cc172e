package import RunModel

/// What is known of a sweep before anything is trained: its first points and its cost.
package struct Foresight {
  private let name: String
  private let points: Int
  private let epochs: (least: Int, most: Int)
  private let jobs: [PlannedJob]

  /// - Parameters:
  ///   - points: how many points it is to have.
  ///   - epochs: that all its runs train together, at least and at most.
  ///   - jobs: those that may begin at once, the first of them.
  package init(name: String, points: Int, epochs: (least: Int, most: Int), jobs: [PlannedJob]) {
    self.name = name
    self.points = points
    self.epochs = epochs
    self.jobs = jobs
  }

  /// What it costs, for a person: `ring-lr: 24 points, 80 to 216 epochs in all`.
  package var cost: String {
    let range =
      epochs.least == epochs.most ? "\(epochs.most)" : "\(epochs.least) to \(epochs.most)"
    return "\(printable(name)): \(counted(points, "point")), \(range) epochs in all"
  }

  /// The first points, on a terminal under the cost.
  package func text(for medium: Medium) -> String {
    (medium.isTerminal ? cost + "\n\n" : "") + PlannedJobs(jobs).text(for: medium)
  }

  /// One object, the first points in `jobs`.
  package var json: JSONValue {
    .object([
      ("name", .string(name)), ("points", .integer(points)),
      ("least_epochs", .integer(epochs.least)), ("most_epochs", .integer(epochs.most)),
      ("jobs", .array(PlannedJobs(jobs).json)),
    ])
  }

  /// The first points.
  package var csv: String { PlannedJobs(jobs).csv }
}

/// A job of a sweep that is not done.
package struct PlannedJob: Sendable {
  package var trial: Trial
  package var seed: Int
  package var rung: Int
  package var epochs: Int
  package var entry: Int?
  package var state: String

  /// A job from its parts.
  package init(
    trial: Trial, seed: Int, rung: Int, epochs: Int, entry: Int?, state: String
  ) {
    self.trial = trial
    self.seed = seed
    self.rung = rung
    self.epochs = epochs
    self.entry = entry
    self.state = state
  }
}

/// Jobs of a sweep as `sweep plan` prints them.
package struct PlannedJobs {
  private let jobs: [PlannedJob]

  /// Jobs in the order in which they are to begin.
  package init(_ jobs: [PlannedJob]) { self.jobs = jobs }

  /// A line a job.
  package func text(for medium: Medium) -> String {
    Table(
      columns: [
        .init("point", isNumeric: true), .init("seed", isNumeric: true),
        .init("epochs", isNumeric: true), .init("state", worth: 1),
        .init("parameters", isFlexible: true),
      ],
      rows: jobs.map { job in
        [
          .init(String(job.trial.number)), .init(String(job.seed)), .init(String(job.epochs)),
          .init(job.state), .init(values(of: job)),
        ]
      }
    ).text(for: medium)
  }

  /// An object a job.
  package var json: [JSONValue] {
    jobs.map { job in
      .object([
        ("number", .integer(job.trial.number)), ("seed", .integer(job.seed)),
        ("rung", .integer(job.rung)), ("epochs", .integer(job.epochs)),
        ("entry", .integer(job.entry)), ("state", .string(job.state)),
        (
          "params",
          .object(job.trial.parameters.map { ($0.key, JSONValue.parameter($0.value)) })
        ),
      ])
    }
  }

  /// A header line and a line a job.
  package var csv: String {
    csvLine(["number", "seed", "rung", "epochs", "state", "parameters"])
      + jobs.map { job in
        csvLine([
          String(job.trial.number), String(job.seed), String(job.rung), String(job.epochs),
          job.state, values(of: job),
        ])
      }.joined()
  }

  private func values(of job: PlannedJob) -> String {
    job.trial.parameters.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
