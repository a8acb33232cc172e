import RunModel
import RunRegistry

/// Everything that a registry can be asked, answered.
struct RegistryAnswers {
  /// Whether `verify` with all data finds nothing.
  private(set) var isClean = false
  /// Each answer by its question; a refusal is none.
  private var texts: [(question: String, answer: String)] = []

  /// The answers of the registry that the edits begin from.
  static let ofBase: RegistryAnswers = {
    do {
      let file = try ScratchFile("base.db", RegistryBase.bytes)
      return try RegistryAnswers(path: file.path)
    } catch { fatalError("\(error)") }
  }()

  /// Asks the registry at `path`.
  ///
  /// - Throws: `Violation` where an answer is neither one nor a refusal.
  init(path: String) throws {
    for choice in RunChoice.allCases {
      guard
        let reader = try refusing({
          try RegistryReader(
            path: path, clock: { RegistryBase.now }, liveness: RegistryBase.liveness,
            choice: choice)
        })
      else {
        texts.append(("\(choice)", "refused"))
        return
      }
      for run in try ask("runs, \(choice)", { try reader.runs().runs }) ?? [] {
        // The others were asked already.
        if choice != .all { try ask(reader, run) }
      }
      guard choice == .all else { continue }
      try ask("points", { try points(reader) })
      try ask("garbage") {
        var garbage = try reader.garbage(grace: .zero)
        // What is free within the file is no answer of its rows.
        (garbage.bytesFreed, garbage.fileBytes) = (0, 0)
        return garbage
      }
      try ask("health", { try reader.health().runs.sorted { "\($0)" < "\($1)" } })
      let found = try refusing { try reader.verify(data: .all, turns: 100) }
      isClean = found?.isClean ?? false
      _ = try refusing { try reader.verifyCheckpoints(data: .all) }
    }
  }

  private mutating func ask(_ reader: RegistryReader, _ run: Run) throws {
    let id = run.id
    try ask("run \(id)", { try describe(reader.run(id.rawValue)) })
    try ask("attempts of \(id)", { try describe(reader.attempts(of: id)) })
    try ask("process of \(id)", { try reader.process(of: id) })
    try ask("lines of \(id)", { try reader.lines(of: id) })
    for picture in try ask("pictures of \(id)", { try reader.pictures(of: id) }) ?? [] {
      try ask("picture \(picture) of \(id)") {
        try reader.picture(of: id, named: picture.name, step: picture.step)
      }
    }
    for reference in ["last", "best", "kept", "epoch:2"] {
      try ask("\(id)@\(reference)", { try reader.checkpoint("\(id)@\(reference)").checkpoint })
    }
    try ask("pruning of \(id)") {
      try reader.pruning(of: id, by: Retention(keepLast: 1, keepEvery: 0))
    }
    for checkpoint in try ask("checkpoints of \(id)", { try reader.checkpoints(of: id) }) ?? [] {
      try ask("state of \(id) at \(checkpoint.step)") {
        let state = try reader.snapshot(of: checkpoint)
        return (state.digest, state.tensors, state.seed)
      }
    }
  }

  @discardableResult
  private mutating func ask<Answer>(
    _ question: String, _ body: () throws -> Answer
  ) throws -> Answer? {
    let answer = try refusing(body)
    texts.append((question, answer.map { describe($0) } ?? "refused"))
    return answer
  }

  /// What the first answer that differs was asked, and both answers.
  func firstDifference(from other: RegistryAnswers) -> String? {
    for (mine, others) in zip(texts, other.texts) where mine != others {
      return "\(mine.question) is answered \(mine.answer), not \(others.question): \(others.answer)"
    }
    return texts.count == other.texts.count
      ? nil : "\(texts.count) questions are answered, not \(other.texts.count)"
  }
}

/// All points, in their order.
private func points(_ reader: RegistryReader) throws -> [String] {
  var points: [String] = []
  try reader.forEachPoint(attempts: .all) { points.append("\($0) \($1) \($2)") }
  return points
}

/// A value with all its parts, dictionaries in the order of their keys.
private func describe(_ value: Any) -> String {
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .dictionary, .set:
    return "[" + mirror.children.map { describe($0.value) }.sorted().joined(separator: ", ") + "]"
  case .struct, .tuple, .collection, .optional, .enum:
    guard !mirror.children.isEmpty else { return "\(value)" }
    return "("
      + mirror.children.map { "\($0.label ?? "") \(describe($0.value))" }
      .joined(separator: ", ") + ")"
  default: return "\(value)"
  }
}
