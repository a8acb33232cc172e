package import RunModel

/// What a column of a list of runs shows, as the filter language names it.
package enum RunField: Hashable, Sendable {
  /// One of a run's own fields.
  package enum Own: String, Sendable, CaseIterable {
    case id, name, experiment, status
    case createdAt = "created_at"
    case endedAt = "ended_at"
    case epoch, step, images, parent, checkpoints, note, failure
    case deletedAt = "deleted_at"
  }

  /// One number of a metric's summary.
  package enum Aspect: String, Sendable, CaseIterable {
    case last, min, max, count
    case nanCount = "nan_count"
    case firstNaNStep = "first_nan_step"
  }

  case own(Own)
  case parameter(String)
  case tag(String)
  case metric(String, Aspect)

  /// A field from its name: `epoch`, `params.loss`, `tags.note`, `d_loss`, `metrics.d_loss`,
  /// `min(d_loss)`; a name that is none of the run's own fields is a metric's.
  package init?(_ text: String) {
    if let own = Own(rawValue: text) {
      self = .own(own)
    } else if let key = text.suffix(after: "params.") {
      self = .parameter(key)
    } else if let key = text.suffix(after: "tags.") {
      self = .tag(key)
    } else if text.hasSuffix(")"), let open = text.firstIndex(of: "("),
      let aspect = Aspect(rawValue: String(text[..<open])),
      let name = Self.metricName(String(text[text.index(after: open)...].dropLast()))
    {
      self = .metric(name, aspect)
    } else if let name = Self.metricName(text) {
      self = .metric(name, .last)
    } else {
      return nil
    }
  }

  private static func metricName(_ text: String) -> String? {
    let name = text.suffix(after: "metrics.") ?? text
    return ["", "metrics.", "params.", "tags."].contains(name) ? nil : name
  }

  /// The column's name: the shortest text that reads back to the field.
  package var name: String {
    switch self {
    case .own(let own): own.rawValue
    case .parameter(let key): "params.\(key)"
    case .tag(let key): "tags.\(key)"
    case .metric(let name, .last): Own(rawValue: name) == nil ? name : "metrics.\(name)"
    case .metric(let name, let aspect): "\(aspect.rawValue)(\(name))"
    }
  }

  /// The field's whole value as text, `nil` where the run has none.
  package func text(of run: Run) -> String? {
    switch self {
    case .own(let own): Self.text(of: run, own)
    case .parameter(let key): run.parameters[key]?.description
    case .tag(let key): run.tags[key]
    case .metric(let name, let aspect):
      run.metrics[name].flatMap { Self.number(of: $0, aspect) }?.shortestText
    }
  }

  /// The field's value as a cell for a medium: rounded and relative on a terminal.
  package func cell(of run: Run, for medium: Medium) -> Table.Cell {
    guard medium.isTerminal else { return Table.Cell(text(of: run) ?? "") }
    switch self {
    case .own(.status): return Table.Cell(run.status.rawValue, Paint(run.status))
    case .own(.createdAt): return Table.Cell(medium.text(run.createdAt), .faint)
    case .own(.endedAt): return Table.Cell(run.endedAt.map(medium.text) ?? "", .faint)
    case .own(.deletedAt): return Table.Cell(run.deletedAt.map(medium.text) ?? "", .faint)
    case .own(.epoch):
      guard case .integer(let epochs)? = run.parameters["epochs"] else { break }
      return Table.Cell("\(run.epoch)/\(epochs)")
    case .metric(let name, let aspect):
      let value = run.metrics[name].flatMap { Self.number(of: $0, aspect) }
      return Table.Cell(value.map(figures) ?? "", value?.isFinite == false ? .bad : nil)
    default: break
    }
    return Table.Cell(text(of: run) ?? "")
  }

  /// Whether its cells are numbers.
  package var isNumeric: Bool {
    switch self {
    case .own(.epoch), .own(.step), .own(.images), .own(.checkpoints), .metric: true
    case .own, .parameter, .tag: false
    }
  }

  private static func text(of run: Run, _ own: Own) -> String? {
    switch own {
    case .id: run.id.rawValue
    case .name: run.name
    case .experiment: run.experiment
    case .status: run.status.rawValue
    case .createdAt: run.createdAt.rfc3339
    case .endedAt: run.endedAt?.rfc3339
    case .epoch: String(run.epoch)
    case .step: String(run.step)
    case .images: String(run.images)
    case .parent: run.parent?.id.rawValue
    case .checkpoints: String(run.checkpoints)
    case .note: run.note
    case .failure: run.failure
    case .deletedAt: run.deletedAt?.rfc3339
    }
  }

  private static func number(of summary: MetricSummary, _ aspect: Aspect) -> Double? {
    switch aspect {
    case .last: summary.last
    case .min: summary.min
    case .max: summary.max
    case .count: Double(summary.count)
    case .nanCount: Double(summary.nanCount)
    case .firstNaNStep: summary.firstNaNStep.map(Double.init)
    }
  }
}

extension String {
  /// What follows a prefix, `nil` where there is no such prefix or nothing follows.
  fileprivate func suffix(after prefix: String) -> String? {
    hasPrefix(prefix) && count > prefix.count ? String(dropFirst(prefix.count)) : nil
  }
}
