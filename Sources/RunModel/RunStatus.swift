/// What became of a run.
public enum RunStatus: String, Sendable, CaseIterable {
  /// A process trains it.
  case running
  /// It reached its last epoch, and its last checkpoint is stored.
  case finished
  /// Ctrl-C or SIGTERM ended it; a checkpoint was written.
  case interrupted
  /// Its process is gone without a word.
  case crashed
  /// An error ended it; the message is kept with the run.
  case failed
  /// A loss was NaN or infinite; the last good checkpoint is kept.
  case diverged
  /// A sweep's trial that waits at a rung.
  case paused
}
