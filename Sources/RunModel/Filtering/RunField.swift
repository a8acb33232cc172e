/// A value of a run, as filters, orders and columns name it.
public enum RunField: Hashable, Sendable {
  /// One of a run's own fields.
  public enum Own: String, Sendable, CaseIterable {
    case id, name, experiment, status
    case createdAt = "created_at"
    case endedAt = "ended_at"
    case epoch, step, images, parent, checkpoints, note, failure
    case deletedAt = "deleted_at"
    case sweep, trial
  }

  /// One number of a metric's summary.
  public enum Aspect: String, Sendable, CaseIterable {
    case last, min, max
    /// The smallest or largest value, whichever is good: `Run.direction(ofMetric:)`.
    case best
    case count
    case nanCount = "nan_count"
    case firstNaNStep = "first_nan_step"
  }

  case own(Own)
  case parameter(String)
  case tag(String)
  case metric(String, Aspect)

  /// A field from its name: `epoch`, `params.loss`, `tags.note`, `d_loss`, `metrics.d_loss`,
  /// `min(d_loss)`; a name that is none of the run's own fields is a metric's.
  ///
  /// The part after a prefix may stand in backquotes, which are doubled within.
  public init?(_ text: String) {
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
    let name = text.suffix(after: "metrics.") ?? text.unquoted
    return ["", "metrics.", "params.", "tags."].contains(name) ? nil : name
  }

  /// The column's name: the shortest text that reads back to the field.
  public var name: String {
    switch self {
    case .own(let own): own.rawValue
    case .parameter(let key): "params.\(key)"
    case .tag(let key): "tags.\(key)"
    case .metric(let name, .last): Own(rawValue: name) == nil ? name : "metrics.\(name)"
    case .metric(let name, let aspect): "\(aspect.rawValue)(\(name))"
    }
  }

  /// The name of what the field reads, as a filter has it: `metrics.d_loss`, whatever of it is asked for.
  public var path: String {
    if case .metric(let name, _) = self { "metrics.\(name)" } else { name }
  }
}

extension String {
  /// What follows a prefix, without its backquotes; `nil` where there is no such prefix or nothing
  /// follows.
  fileprivate func suffix(after prefix: String) -> String? {
    hasPrefix(prefix) && count > prefix.count ? String(dropFirst(prefix.count)).unquoted : nil
  }

  /// The name within backquotes; the text itself where there are none around it.
  fileprivate var unquoted: String {
    guard count > 2, hasPrefix("`"), hasSuffix("`") else { return self }
    return String(dropFirst().dropLast()).replacing("``", with: "`")
  }
}

extension Run {
  /// The direction in which a metric of the run gets better, `nil` where neither is.
  ///
  /// The run's own `checkpoint.best` comes before what is known of the metric's name.
  public func direction(ofMetric name: String) -> Retention.Best.Direction? {
    let bare = String(name.prefix { $0 != "[" })
    if case .text(let metric)? = parameters["checkpoint.best.metric"],
      [name, bare].contains(metric),
      case .text(let word)? = parameters["checkpoint.best.direction"],
      let direction = Retention.Best.Direction(rawValue: word)
    {
      return direction
    }
    return Retention.Best.Direction(ofMetric: name)
  }
}
