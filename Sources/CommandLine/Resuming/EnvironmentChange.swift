import RunModel

/// What the last bits of a result depend on beside settings and data, and how it changed since a run
/// was trained.
struct EnvironmentChange {
  /// Facts of an environment, and the words for them.
  ///
  /// Threads are not among them: they never matter.
  private static let facts = [
    ("version", "gan-runs"), ("onednn", "oneDNN"), ("isa", "instruction set"),
    ("cpu", "CPU"), ("architecture", "architecture"),
  ]

  /// Each changed fact with what it was and what it is.
  private let changes: [String]

  /// `nil` where nothing changed that both environments tell of.
  init?(from stored: RunEnvironment, to present: RunEnvironment) {
    changes = Self.facts.compactMap { key, words in
      guard let before = stored.facts[key], let now = present.facts[key], before != now else {
        return nil
      }
      return "\(words) \(before) (here \(now))"
    }
    if changes.isEmpty { return nil }
  }

  /// The sentence for whoever goes on with a run, or repeats a part of it.
  func sentence(of run: RunID) -> String {
    "run \(run) was trained with \(changes.joined(separator: ", ")): "
      + "what follows may differ in its last bits"
  }
}

extension [Attempt] {
  /// The environment of the attempt that reached a step.
  func environment(at step: Int) -> RunEnvironment? {
    (last { $0.startStep < step } ?? first)?.environment
  }
}
