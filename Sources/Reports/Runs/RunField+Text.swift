package import RunModel

extension RunField {
  /// The field's whole value as text, `nil` where the run has none.
  package func text(of run: Run) -> String? {
    switch self {
    case .own(let own): Self.text(of: run, own)
    case .parameter(let key): run.parameters[key]?.description
    case .tag(let key): run.tags[key]
    case .metric: number(of: run)?.shortestText
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
    case .metric:
      let value = number(of: run)
      return Table.Cell(value.map(figures) ?? "", value?.isFinite == false ? .bad : nil)
    default: break
    }
    return Table.Cell(text(of: run) ?? "")
  }

  /// Whether its cells are numbers.
  package var isNumeric: Bool {
    switch self {
    case .own(.epoch), .own(.step), .own(.images), .own(.checkpoints), .own(.trial), .metric: true
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
    case .sweep: run.trial?.sweep
    case .trial: run.trial.map { String($0.number) }
    }
  }

  /// What a metric came to, `nil` where the run has none and of other fields.
  package func number(of run: Run) -> Double? {
    guard case .metric(let name, let aspect) = self, let summary = run.metrics[name] else {
      return nil
    }
    return switch aspect {
    case .last: summary.last
    case .min: summary.min
    case .max: summary.max
    case .best:
      run.direction(ofMetric: name).flatMap { $0 == .min ? summary.min : summary.max }
    case .count: Double(summary.count)
    case .nanCount: Double(summary.nanCount)
    case .firstNaNStep: summary.firstNaNStep.map(Double.init)
    }
  }
}
