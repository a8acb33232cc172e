import RunModel

extension Comparison {
  /// The comparison as CSV: one line a key, one column a run.
  package var csv: String {
    csvLine(["key"] + runs.map(\.id.rawValue))
      + lines.map { csvLine([$0.key] + $0.values.map { $0 ?? "" }) }.joined()
  }

  /// Every key with whole values, `nil` where a run has none.
  var lines: [(key: String, values: [String?])] {
    let steps: [String?] = [nil] + partings.map { $0.difference.map { String($0.step) } }
    let names: [String?] = [nil] + partings.map { $0.difference?.metric }
    return named("params", parameters) + named("environment", environment) + named("code", code)
      + metrics.flatMap(summaries)
      + [("first_difference.step", steps), ("first_difference.metric", names)]
  }

  private func named(
    _ prefix: String, _ differences: [Difference]
  ) -> [(key: String, values: [String?])] {
    differences.map { ("\(prefix).\($0.key)", $0.values.map { $0?.description }) }
  }

  private func summaries(of metric: String) -> [(key: String, values: [String?])] {
    var lines: [(key: String, values: [String?])] = Self.aspects.map { aspect, value in
      (
        "metrics.\(metric).\(aspect)",
        runs.map { $0.metrics[metric].flatMap(value)?.shortestText }
      )
    }
    if choice.hasBaseline {
      lines += Self.aspects.map { aspect, value in
        let base = runs[0].metrics[metric].flatMap(value)
        return (
          "differences.\(metric).\(aspect)",
          [nil]
            + runs.dropFirst().map {
              difference($0.metrics[metric].flatMap(value), base)?.shortestText
            }
        )
      }
    }
    if let winner = Winner(of: metric, among: runs) {
      lines += [("last", winner.last), ("best", winner.best)].map { aspect, places in
        (
          "winners.\(metric).\(aspect)",
          runs.indices.map { runs[$0].metrics[metric] == nil ? nil : String(places.contains($0)) }
        )
      }
    }
    return lines
  }
}
