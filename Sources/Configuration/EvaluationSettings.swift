import RunModel

/// A number that says how good samples are, by its name without parameters.
package enum QualityMetric: String, Sendable, CaseIterable {
  /// How many modes of a mixture the samples reach.
  case modes
  /// The part of the samples that lie close to a mode.
  case highQuality = "high_quality"
  /// How unevenly those samples lie over the modes.
  case reverseKL = "reverse_kl"
  /// The sliced Wasserstein distance from the held-out pictures.
  case swd

  /// The kinds of data that have it.
  var dataKinds: [String] {
    switch self {
    case .modes, .highQuality, .reverseKL: ["ring", "grid"]
    case .swd: ["fashion-mnist", "digits", "idx", "images"]
    }
  }

  /// Why data can't have it, `nil` where they can.
  ///
  /// - Parameter stddev: of each Gaussian of a mixture.
  func objection(kind: String, stddev: Double?) -> String? {
    guard dataKinds.contains(kind) else {
      let others = Self.allCases.filter { $0.dataKinds.contains(kind) }.map(\.rawValue)
      let have = others.isEmpty ? "no quality metric" : others.joined(separator: ", ")
      return "\(rawValue) is for data of kind \(dataKinds.joined(separator: ", ")); "
        + "\(kind) has \(have)"
    }
    if self != .swd, stddev == 0 {
      return
        "\(rawValue) counts samples within three data.stddev of a mode, and that is 0; raise it"
    }
    return nil
  }
}

/// When quality metrics are measured while training, and which.
package struct EvaluationSettings: Sendable, Hashable {
  /// Epochs between evaluations; 0: none.
  package let every: Int
  /// Without repetitions, in the order given.
  package let metrics: [QualityMetric]

  init(_ values: Values) throws(ConfigurationError) {
    every = try values.integer("evaluate.every")
    metrics = try Self.metrics(values)
  }

  static func metrics(_ values: Values) throws(ConfigurationError) -> [QualityMetric] {
    var metrics: [QualityMetric] = []
    var place = 0
    while values.has("evaluate.metrics.\(place)") {
      let metric: QualityMetric = try values.word("evaluate.metrics.\(place)")
      if !metrics.contains(metric) { metrics.append(metric) }
      place += 1
    }
    return metrics
  }
}

extension RunConfiguration {
  /// Why these data can't have a metric, `nil` where they can.
  package func objection(to metric: QualityMetric) -> String? {
    metric.objection(
      kind: parameters["data.kind"]?.description ?? "",
      stddev: parameters["data.stddev"]?.doubleValue)
  }

  /// Why training records no metric of a name, brackets and all, at the end of any epoch; `nil` where it
  /// does.
  package func objection(toMetric name: String) -> String? {
    let bare = MetricName.bare(name)
    if let metric = QualityMetric(rawValue: bare) {
      if let objection = objection(to: metric) { return objection }
      return recordedName(of: metric, named: name).map { "it is recorded as \($0)" }
    }
    let known = MetricName.ofEveryEpoch + [MetricName.gradientPenalty]
    guard known.contains(name) else {
      let all = known + QualityMetric.allCases.map(\.rawValue)
      return "training records no \(shown(name))\(suggestion(for: name, among: all))"
    }
    if name == MetricName.gradientPenalty, gradientPenalty == nil, r1Gamma == nil {
      return "\(name) is recorded of a loss with a penalty, or with r1"
    }
    if name.hasPrefix("d_accuracy"), loss.rawValue.hasPrefix("wasserstein") {
      return "loss \(loss.rawValue) does not record \(name)"
    }
    return nil
  }

  /// The name that a quality metric has instead of another one; `nil` where that may be its own.
  private func recordedName(of metric: QualityMetric, named name: String) -> String? {
    switch metric {
    case .modes:
      let modes =
        switch data {
        case .ring(let modes, _, _): modes
        case .grid(let side, _, _): side * side
        default: 0
        }
      return name == "modes[\(modes)]" ? nil : "modes[\(modes)]"
    case .highQuality, .reverseKL: return name == metric.rawValue ? nil : metric.rawValue
    case .swd:
      // How many pictures there are is known with the data at hand alone.
      let count =
        name.hasPrefix("swd[n=") && name.hasSuffix("]") ? Int(name.dropFirst(6).dropLast()) : nil
      return count.map { $0 > 0 } == true ? nil : "swd[n=N] of N pictures, such as swd[n=2048]"
    }
  }

  /// All metrics that these data can have.
  package var possibleMetrics: [QualityMetric] {
    QualityMetric.allCases.filter { objection(to: $0) == nil }
  }
}

/// Names of metrics.
package enum MetricName {
  /// A name without its parameters: `swd` of `swd[n=2048]`.
  package static func bare(_ name: String) -> String {
    String(name.prefix { $0 != "[" })
  }

  /// What every epoch records, time apart, which differs between equal runs.
  static let ofEveryEpoch = [
    "d_loss", "g_loss", "d_grad_norm", "g_grad_norm", "d_accuracy", "d_accuracy_real",
    "d_accuracy_fake",
  ]

  /// What epochs record where the discriminator's gradient is penalised.
  static let gradientPenalty = "gradient_penalty"
}
