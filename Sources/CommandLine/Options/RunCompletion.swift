import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// What a shell offers while a run or a checkpoint is typed.
enum RunCompletion {
  /// As many as a screen may hold.
  private static let limit = 100

  /// Names of runs; ids where only those fit.
  static let runs = CompletionKind.custom { words, _, prefix in
    references(words, beginning: prefix, .present)
  }

  /// Names of deleted runs.
  static let deletedRuns = CompletionKind.custom { words, _, prefix in
    references(words, beginning: prefix, .deleted)
  }

  /// Names of sweeps.
  static let sweeps = CompletionKind.custom { words, _, prefix in
    offers(words, .present) { reader in
      try reader.sweeps().map(\.name).filter { $0.hasPrefix(prefix) }
    }
  }

  /// Names of runs and, behind an `@`, their checkpoints.
  static let checkpoints = CompletionKind.custom { words, _, prefix in
    guard let at = prefix.firstIndex(of: "@") else {
      return references(words, beginning: prefix, .present)
    }
    let run = String(prefix[..<at])
    return offers(words, .present) { reader in
      let stored = try reader.checkpoints(of: reader.run(run).id).reversed()
      let places =
        ["last"] + stored.flatMap(\.pins)
        + stored.map { $0.isEpochEnd ? "epoch:\($0.epoch)" : "step:\($0.step)" }
      return places.map { "\(run)@\($0)" }.filter { $0.hasPrefix(prefix) }
    }
  }

  private static func references(
    _ words: [String], beginning prefix: String, _ choice: RunChoice
  ) -> [String] {
    offers(words, choice) { try $0.references(beginning: prefix, limit: limit) }
  }

  /// What is read from the registry that the words typed so far name; nothing where it can't be read, since
  /// a shell has no place for a sentence while a word is typed.
  private static func offers(
    _ words: [String], _ choice: RunChoice, _ body: (RegistryReader) throws -> [String]
  ) -> [String] {
    let console = Console.current
    let path = RegistryOptions.path(
      option: RegistryOptions.typed(words), environment: console.environment)
    guard let reader = try? RegistryReader(path: path, clock: console.now, choice: choice) else {
      return []
    }
    // A name with a control character can't be typed; such a run has its id.
    return ((try? body(reader)) ?? []).prefix(limit).filter { printable($0) == $0 }
  }
}

extension RegistryOptions {
  /// The value of `--db` among words that are not parsed yet.
  fileprivate static func typed(_ words: [String]) -> String? {
    if let place = words.lastIndex(of: "--db"), place + 1 < words.count { return words[place + 1] }
    return words.last { $0.hasPrefix("--db=") }.map { String($0.dropFirst(5)) }
  }
}
