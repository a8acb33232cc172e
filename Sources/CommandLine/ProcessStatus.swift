/// How a call ended, as the shell sees it; most numbers are those of BSD's `sysexits.h`.
package enum ProcessStatus: Int32, Sendable, CaseIterable {
  /// All was done.
  case done = 0
  /// It failed; a sentence said what went wrong and what to do.
  case failed = 1
  /// The call itself was wrong: an option, a filter, a `--set`.
  case usage = 64
  /// Bad input: a configuration, data, a file, a damaged, foreign or newer registry.
  case invalid = 65
  /// No such file, registry, run or checkpoint.
  case missing = 66
  /// A defect in gan-runs.
  case defect = 70
  /// A disk error, or the disk is full.
  case disk = 74
  /// The registry is busy; trying again may help.
  case busy = 75
  /// Ctrl-C.
  case interrupted = 130
  /// SIGTERM.
  case terminated = 143

  /// What it says, in half a line.
  var meaning: String {
    switch self {
    case .done: "done, or a pipe's reader had enough"
    case .failed: "failed; the sentence says why and what to do"
    case .usage: "wrong usage: an option, a filter, a --set"
    case .invalid: "bad input: a configuration, data, a file, a damaged registry"
    case .missing: "no such file, registry, run or checkpoint"
    case .defect: "a defect in gan-runs"
    case .disk: "a disk error, or the disk is full"
    case .busy: "the registry is busy; try again"
    case .interrupted: "interrupted by Ctrl-C; a training wrote a checkpoint first"
    case .terminated: "terminated by SIGTERM; a training wrote a checkpoint first"
    }
  }
}
