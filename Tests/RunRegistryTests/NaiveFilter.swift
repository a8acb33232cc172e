import RunModel
import TestSupport

#if canImport(Glibc)
  import Glibc
#endif

/// What a clause is of a run, as plainly as can be; `nil` is unknown.
func naiveAnswer(_ clause: RunFilter.Clause, of run: Run, now: Timestamp) -> Bool? {
  switch clause {
  case .comparison(let field, let relation, let literal):
    return value(field, of: run).flatMap { compare($0, relation, literal, now) }
  case .membership(let field, let literals):
    return value(field, of: run).map { value in
      literals.contains { compare(value, .equal, $0, now) == true }
    }
  case .pattern(let field, let pattern, let ignoresCase):
    guard case .text(let text)? = value(field, of: run) else { return nil }
    return ignoresCase
      ? fits(Array(text.lowercased()), Array(pattern.lowercased()))
      : fits(Array(text), Array(pattern))
  case .isMissing(let field): return value(field, of: run) == nil
  case .not(let clause): return naiveAnswer(clause, of: run, now: now).map { !$0 }
  case .all(let clauses):
    let answers = clauses.map { naiveAnswer($0, of: run, now: now) }
    return answers.contains(false) ? false : answers.contains(nil) ? nil : true
  case .any(let clauses):
    let answers = clauses.map { naiveAnswer($0, of: run, now: now) }
    return answers.contains(true) ? true : answers.contains(nil) ? nil : false
  }
}

private func value(_ field: RunField, of run: Run) -> ParameterValue? {
  switch field {
  case .parameter(let key): return run.parameters[key]
  case .tag(let key): return run.tags[key].map(ParameterValue.text)
  case .own(let own):
    switch own {
    case .id: return .text(run.id.rawValue)
    case .name: return .text(run.name)
    case .experiment: return .text(run.experiment)
    case .status: return .text(run.status.rawValue)
    case .createdAt: return .integer(run.createdAt.microseconds / 1000)
    case .endedAt: return run.endedAt.map { .integer($0.microseconds / 1000) }
    case .epoch: return .integer(Int64(run.epoch))
    case .step: return .integer(Int64(run.step))
    case .images: return .integer(Int64(run.images))
    case .parent: return run.parent.map { .text($0.id.rawValue) }
    case .checkpoints: return .integer(Int64(run.checkpoints))
    case .note: return run.note.map(ParameterValue.text)
    case .failure: return run.failure.map(ParameterValue.text)
    case .deletedAt: return run.deletedAt.map { .integer($0.microseconds / 1000) }
    case .sweep: return run.trial.map { .text($0.sweep) }
    case .trial: return run.trial.map { .integer(Int64($0.number)) }
    }
  case .metric(let name, let aspect):
    guard let summary = run.metrics[name] else { return nil }
    let number: Double? =
      switch aspect {
      case .last: summary.last
      case .min: summary.min
      case .max: summary.max
      case .best:
        switch run.direction(ofMetric: name) {
        case .min?: summary.min
        case .max?: summary.max
        case nil: nil
        }
      case .count: Double(summary.count)
      case .nanCount: Double(summary.nanCount)
      case .firstNaNStep: summary.firstNaNStep.map(Double.init)
      }
    return number.map(ParameterValue.number)
  }
}

private func compare(
  _ value: ParameterValue, _ relation: RunFilter.Relation, _ literal: RunFilter.Literal,
  _ now: Timestamp
) -> Bool? {
  func ordered<Value: Comparable>(_ first: Value, _ second: Value) -> Bool {
    switch relation {
    case .equal: first == second
    case .unequal: first != second
    case .less: first < second
    case .atMost: first <= second
    case .greater: first > second
    case .atLeast: first >= second
    }
  }
  switch (value, literal) {
  case (.text(let text), .text(let other)): return ordered(text, other)
  case (.boolean(let truth), .boolean(let other)): return ordered(truth ? 1 : 0, other ? 1 : 0)
  case (.integer(let number), .integer(let other)): return ordered(number, other)
  case (.integer(let number), .number(let other)): return ordered(Double(number), other)
  case (.number(let number), .integer(let other)): return ordered(number, Double(other))
  case (.number(let number), .number(let other)): return ordered(number, other)
  case (.integer(let moment), .time(let time)): return ordered(moment, time.microseconds / 1000)
  case (.integer(let moment), .ago(let back)):
    return ordered(moment, (now.microseconds - back) / 1000)
  default: return relation == .equal ? false : relation == .unequal ? true : nil
  }
}

private func fits(_ text: [Character], _ pattern: [Character]) -> Bool {
  guard let first = pattern.first else { return text.isEmpty }
  let rest = Array(pattern.dropFirst())
  if first == "%" { return (0...text.count).contains { fits(Array(text[$0...]), rest) } }
  guard let character = text.first, first == "_" || first == character else { return false }
  return fits(Array(text.dropFirst()), rest)
}

/// Filters by chance, of names and values that the runs of `FilterTests` have and have not.
enum RandomFilter {
  static func text(depth: Int, using random: inout SeededNumbers) -> String {
    switch depth == 0 ? 0 : Int.random(in: 0...5, using: &random) {
    case 1: return "not \(text(depth: 0, using: &random))"
    case 2: return "not (\(text(depth: depth - 1, using: &random)))"
    case 3, 4:
      let word = pick([" and ", " or "], &random)
      let parts = (0..<Int.random(in: 2...3, using: &random)).map { _ in
        text(depth: depth - 1, using: &random)
      }
      return "(" + parts.joined(separator: word) + ")"
    default: return comparison(using: &random)
    }
  }

  private static func pick<Element>(_ choices: [Element], _ random: inout SeededNumbers) -> Element
  {
    choices[Int.random(in: choices.indices, using: &random)]
  }

  private static func comparison(using random: inout SeededNumbers) -> String {
    let numbers = ["0", "1", "2", "0.5", "-inf", "inf", "nan", "9007199254740993", "3", "64"]
    let texts = ["'ring'", "'Ring*'", "'one'", "'100%'", "'hinge'", "'2.5'", "''"]
    let metric = pick(["a", "swd[n=8]", "swd", "none"], &random)
    let aspect = pick(RunField.Aspect.allCases, &random)
    let statuses = RunStatus.allCases.map { "'\($0.rawValue)'" }
    let (field, values): (String, [String]) = pick(
      [
        ("metrics.\(metric)", numbers), ("\(aspect.rawValue)(\(metric))", numbers),
        ("params." + pick(["seed", "loss", "fresh", "none"], &random), numbers + texts + ["true"]),
        ("tags." + pick(["t", "none"], &random), texts), ("status", statuses),
        (pick(["name", "experiment", "parent", "note", "failure", "id"], &random), texts),
        (pick(["epoch", "step", "images", "checkpoints"], &random), numbers),
        (
          pick(["created_at", "ended_at"], &random),
          ["-90m", "-4h", "-1d", "'2023-11-15 02:00'", "'2023-11-14T22:13:20Z'"]
        ),
      ], &random)
    let isText = !field.hasSuffix("_at") && !values.contains("0") || field.hasPrefix("params.")
    switch Int.random(in: 0...5, using: &random) {
    case 0: return "\(field) is \(pick(["", "not "], &random))null"
    case 1:
      let list = (0..<Int.random(in: 1...3, using: &random)).map { _ in pick(values, &random) }
      return "\(field) \(pick(["", "not "], &random))in (\(list.joined(separator: ", ")))"
    case 2 where isText:
      let pattern = pick(["'%n%'", "'R_ng%'", "'%*'", "'one'", "'100_'", "'%[%'"], &random)
      return "\(field) \(pick(["like", "ilike", "not like"], &random)) \(pattern)"
    default:
      let value = pick(values, &random)
      let relation =
        value == "true"
        ? pick([RunFilter.Relation.equal, .unequal], &random)
        : pick(RunFilter.Relation.allCases, &random)
      return "\(field) \(relation.rawValue) \(value)"
    }
  }
}
