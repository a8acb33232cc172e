import ArgumentParser

/// How a call names runs and checkpoints.
enum RunReference {
  /// The help of an argument that names one run.
  static let help = ArgumentHelp(
    "The run: an id, a name, the beginning of an id, latest or latest~1.")
  /// The help of an argument that names several runs.
  static let severalHelp = ArgumentHelp(
    "The runs: ids, names, beginnings of ids, latest or latest~1.")
  /// The help of an argument that names a checkpoint.
  static let checkpointHelp = ArgumentHelp(
    "The run, or one of its checkpoints: @last, @best, @epoch:12, @step:900 or @ and a pin.",
    valueName: "run[@checkpoint]")
}
