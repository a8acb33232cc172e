package import RunModel

/// One run's metric points in the wide layout: one line a step, one column a metric.
package struct WideRows {
  private struct Key: Hashable, Comparable {
    var step: Int
    /// 0 where every step stands once; the attempt where those left behind are wanted too.
    var attempt: Int

    static func < (first: Key, second: Key) -> Bool {
      (first.step, first.attempt) < (second.step, second.attempt)
    }
  }

  private struct Row {
    var epoch: Int?
    var images: Int?
    /// By column; `nil` where the metric has no point at this step.
    var values: [Double?]
  }

  private let run: Run
  private let metrics: [String]
  private let columns: [String: Int]
  private let keepsAttempts: Bool
  private var rows: [Key: Row] = [:]

  /// No rows yet.
  ///
  /// - Parameters:
  ///   - metrics: the columns, in their order.
  ///   - keepsAttempts: whether a step that two attempts recorded makes two rows.
  package init(of run: Run, metrics: [String], keepsAttempts: Bool) {
    self.run = run
    self.metrics = metrics
    self.keepsAttempts = keepsAttempts
    columns = Dictionary(uniqueKeysWithValues: zip(metrics, 0...))
  }

  /// Takes a point of the run; one of a metric without a column is left out.
  package mutating func add(_ point: MetricPoint) {
    guard let column = columns[point.metric] else { return }
    let key = Key(step: point.step, attempt: keepsAttempts ? point.attempt : 0)
    var row =
      rows[key]
      ?? Row(
        epoch: point.epoch, images: point.images,
        values: Array(repeating: nil, count: metrics.count))
    row.values[column] = point.value
    rows[key] = row
  }

  /// The wide layout's header for some metrics.
  package static func csvHeader(_ metrics: [String]) -> String {
    csvLine(["run_id", "run_name", "step", "epoch", "images"] + metrics)
  }

  /// The rows as lines of CSV, by step; a metric without a point is an empty field.
  package var csv: some Sequence<String> {
    sorted.lazy.map { key, row in
      csvLine(
        [
          run.id.rawValue, run.name, String(key.step), row.epoch.map(String.init) ?? "",
          row.images.map(String.init) ?? "",
        ] + row.values.map { $0?.shortestText ?? "" })
    }
  }

  /// The rows as JSON objects, by step; a metric without a point is left out.
  package var json: some Sequence<JSONValue> {
    sorted.lazy.map { key, row in
      .object([
        ("run_id", .string(run.id.rawValue)),
        ("run_name", .string(run.name)),
        ("step", .integer(key.step)),
        ("epoch", .integer(row.epoch)),
        ("images", .integer(row.images)),
        (
          "metrics",
          .object(
            zip(metrics, row.values).compactMap { name, value in
              value.map { (name, .number($0)) }
            })
        ),
      ])
    }
  }

  private var sorted: [(key: Key, value: Row)] { rows.sorted { $0.key < $1.key } }
}
