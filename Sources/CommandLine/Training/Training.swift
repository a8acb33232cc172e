import Adversarial
import Configuration
import Reports
import RunModel
import RunRegistry

#if canImport(Glibc)
  import Glibc
#endif

/// How long a training run waits for another process's commit before it gives up: hours of work are worth
/// half a minute.
let trainingPatience = Duration.seconds(30)

extension RegistryWriter {
  /// A registry opened to train into, which waits for other processes and for space; what it waits for is
  /// said.
  ///
  /// - Parameter begin: opens the session; where it is refused, the registry is closed again.
  static func training(
    into path: String, _ console: Console, _ begin: (RegistryWriter) throws -> RunSession
  ) throws -> (RegistryWriter, RunSession) {
    let writer = try RegistryWriter(
      path: path, patience: trainingPatience,
      diskPatience: DiskPatience(notice: { console.note($0) }))
    do { return (writer, try begin(writer)) } catch {
      // The error itself is what the user hears.
      try? writer.close()
      throw error
    }
  }
}

/// One attempt of a run, from its first step to its last word: what `train` and `resume` share.
struct Training {
  let trainer: Trainer
  let writer: RegistryWriter
  let session: RunSession
  let stop: StopRequest
  let console: Console
  /// What is said, and kept in the run's log, beside the trainer's own notices.
  var notices: [String] = []

  /// Trains until the run ends one way or another, and stores how it ended.
  ///
  /// - Returns: the exit status; 1 where the run diverged.
  /// - Throws: what ended the run as `failed`.
  func run() throws -> ProcessStatus {
    let notices = notices + trainer.notices
    for notice in notices { console.note(notice) }
    do {
      for notice in notices { try session.record(line: notice, at: Timestamp.now()) }
      var progress = ProgressReport(trainer, console)
      let outcome = try trainer.train(
        into: session, clock: Timestamp.now, shouldStop: { stop.isMade },
        report: { progress.report($0) })
      console.clearProgress()
      let status = try finish(outcome)
      try writer.close()
      return status
    } catch {
      console.clearProgress()
      // The error itself is what the user hears; where even this can't be stored, the run shows as
      // crashed and goes on from its last checkpoint.
      try? session.finish(.failed, failure: Failure(reporting: error).sentence)
      try? writer.close()
      throw error
    }
  }

  private func finish(_ outcome: TrainingOutcome) throws -> ProcessStatus {
    switch outcome {
    case .finished:
      try session.finish(.finished)
      return .done
    case .interrupted:
      try session.finish(.interrupted)
      console.note(
        "stopped at step \(trainer.progress.step), its checkpoint is stored; "
          + "'gan-runs resume \(session.runID)' carries on")
      return stop.status
    case .diverged(let metric, let step):
      try session.flush()
      let kept = try RegistryReader(path: writer.path).run(session.runID.rawValue).checkpoints > 0
      let remedy =
        kept
        ? "its last good checkpoint is kept; a lower learning rate may help from there: "
          + "'gan-runs resume \(session.runID) --set generator.optimizer.lr=…'"
        : "it had no checkpoint yet; train again with a lower learning rate"
      let sentence = "\(metric) is not finite at step \(step): the run diverged; \(remedy)"
      try session.finish(.diverged, failure: sentence)
      console.say("gan-runs: \(sentence)")
      return .failed
    }
  }
}

/// Tells a person how training comes along: a line that renews itself on a terminal, elsewhere a line
/// every half minute.
struct ProgressReport {
  private let trainer: Trainer
  private let console: Console
  private let firstStep: Int
  private let lastStep: Int
  private let start = monotonicSeconds()
  private var lastLine = monotonicSeconds()

  /// - Parameter lastStep: where training ends; `nil`: with the configuration's last epoch.
  init(_ trainer: Trainer, _ console: Console, until lastStep: Int? = nil) {
    self.trainer = trainer
    self.console = console
    firstStep = trainer.progress.step
    self.lastStep = lastStep ?? trainer.configuration.epochs * trainer.stepsPerEpoch
  }

  mutating func report(_ losses: StepLosses) {
    if console.error.isTerminal {
      console.progress(line(losses))
    } else if monotonicSeconds() - lastLine >= 30 {
      lastLine = monotonicSeconds()
      console.note(line(losses))
    }
  }

  private func line(_ losses: StepLosses) -> String {
    let progress = trainer.progress
    let elapsed = max(monotonicSeconds() - start, 1e-9)
    let rate = Double(progress.step - firstStep) / elapsed
    var line =
      "epoch \(min(progress.epoch + 1, trainer.configuration.epochs))/\(trainer.configuration.epochs)"
      + "  step \(progress.step)/\(lastStep)"
    if let loss = losses.discriminator { line += "  d_loss \(decimals(loss, 3))" }
    if let loss = losses.generator { line += "  g_loss \(decimals(loss, 3))" }
    line += "  \(decimals(rate, rate < 100 ? 1 : 0)) steps/s"
    let left = Double(lastStep - progress.step) / max(rate, 1e-9)
    return line + "  \(durationText(microseconds: Int64(min(left, 1e9) * 1e6))) left"
  }
}

/// A clock that never goes back, in seconds since some moment.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// A number with so many decimals, for a person to read.
private func decimals(_ value: Double, _ count: Int) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return value.shortestText }
  let scale = count == 0 ? 1.0 : [10.0, 100.0, 1000.0][count - 1]
  let rounded = Int64((abs(value) * scale).rounded())
  let sign = value < 0 && rounded > 0 ? "-" : ""
  guard count > 0 else { return sign + String(rounded) }
  let (whole, part) = rounded.quotientAndRemainder(dividingBy: Int64(scale))
  let digits = String(part)
  return "\(sign)\(whole).\(String(repeating: "0", count: count - digits.count))\(digits)"
}
