import RunModel

extension Reading {
  /// Writes the defaults that depend on the data and on the metrics chosen.
  mutating func deriveEvaluation() throws(ConfigurationError) {
    let given = Values(self)
    if try given.integer("evaluate.every") > 0, !given.has("evaluate.metrics.0") {
      let possible = QualityMetric.allCases.filter { objection(to: $0) == nil }
      guard !possible.isEmpty else {
        throw ConfigurationError(
          "evaluate.every needs a metric, and data of kind \(try given.text("data.kind")) have none; "
            + "drop it", at: place(of: "evaluate.every"))
      }
      for (place, metric) in possible.enumerated() {
        fill("evaluate.metrics.\(place)", .text(metric.rawValue))
      }
    }
    guard given.hasMap("checkpoint.best") else { return }
    guard given.has("checkpoint.best.metric") else {
      throw ConfigurationError(
        "checkpoint.best.metric is missing: it says which metric chooses the best",
        at: place(of: "checkpoint.best"))
    }
    let metric = try given.text("checkpoint.best.metric")
    if !given.has("checkpoint.best.direction") {
      let direction = Retention.Best.Direction(ofMetric: metric) ?? .min
      fill("checkpoint.best.direction", .text(direction.rawValue))
    }
    if !given.has("checkpoint.best.keep") { fill("checkpoint.best.keep", .integer(1)) }
  }

  /// Refuses metrics that these data do not have, and a best by what is never measured.
  func checkEvaluation() throws(ConfigurationError) {
    let checked = Values(self)
    let metrics = try EvaluationSettings.metrics(checked)
    for metric in metrics {
      if let objection = objection(to: metric) {
        throw ConfigurationError(
          "evaluate.metrics: \(objection)", at: place(of: "evaluate.metrics"))
      }
    }
    let key = "checkpoint.best.metric"
    guard checked.has(key) else { return }
    let name = try checked.text(key)
    guard let metric = QualityMetric(rawValue: MetricName.bare(name)) else {
      return try checkEpochMetric(name, checked)
    }
    if let objection = objection(to: metric) {
      throw ConfigurationError("\(key): \(objection)", at: place(of: key))
    }
    guard try checked.integer("evaluate.every") > 0, metrics.contains(metric) else {
      throw ConfigurationError(
        "\(key) is \(shown(name)), and training does not measure it; set evaluate.every, and list "
          + "\(metric.rawValue) in evaluate.metrics", at: place(of: key))
    }
  }

  private func checkEpochMetric(_ name: String, _ checked: Values) throws(ConfigurationError) {
    let key = "checkpoint.best.metric"
    let known = MetricName.ofEveryEpoch + QualityMetric.allCases.map(\.rawValue)
    guard known.contains(name) else {
      let hint = suggestion(for: name, among: known)
      throw ConfigurationError(
        "\(key) must be one of \(known.joined(separator: ", ")), not \(shown(name))\(hint)",
        at: place(of: key))
    }
    let loss = try checked.text("loss")
    guard !name.hasPrefix("d_accuracy") || !loss.hasPrefix("wasserstein") else {
      throw ConfigurationError(
        "\(key) is \(name), which loss \(loss) does not record; choose another",
        at: place(of: key))
    }
  }

  private func objection(to metric: QualityMetric) -> String? {
    metric.objection(
      kind: values["data.kind"]?.description ?? "", stddev: values["data.stddev"]?.doubleValue)
  }
}
