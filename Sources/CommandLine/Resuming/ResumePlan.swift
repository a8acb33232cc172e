import Configuration
import RunModel

/// What a call of `resume` comes to, decided before anything is trained or written.
struct ResumePlan {
  /// What becomes of the run.
  enum Course {
    /// It has its epochs already, and nothing changes.
    case stay
    /// It goes on from its newest checkpoint in a new attempt.
    case goOn
    /// It has no checkpoint, and begins anew in a new attempt.
    case startAgain
    /// A child run starts from one of its checkpoints.
    case fork
  }

  let course: Course
  /// The settings to train with.
  let settings: RunConfiguration
  /// Settings that never change results and differ from the run's: they hold for one attempt, and are
  /// kept with its environment, since a run's settings are never rewritten.
  let passing: [String: String]
  /// What is said before anything is done; `nil` where the call says it all.
  let note: String?

  /// - Parameters:
  ///   - sets: settings to change, as `--set` takes them.
  ///   - epochs: the new total, `nil` for the run's own.
  ///   - name: the name asked for, which only a child run can take.
  /// - Throws: `ConfigurationError`; `Failure` where the call contradicts itself.
  init(from start: StartingPoint, sets: [String] = [], epochs: Int? = nil, name: String? = nil)
    throws
  {
    let run = start.run
    let stored = try RunConfiguration(parameters: run.parameters)
    settings = try stored.changed(
      by: sets, flags: epochs.map { [(key: "epochs", value: String($0))] } ?? [])
    let forks = !start.isNewest || !settings.differsInResultSettings(from: stored).isEmpty
    if forks, start.checkpoint == nil {
      throw Failure(
        .missing,
        "run \(run.id) has no checkpoint to start a child run from; "
          + "train with these settings from the beginning instead")
    }
    if !forks, name != nil {
      throw Failure(
        .usage,
        "--name is for a child run, and this call goes on with run \(run.id) itself; "
          + "drop it, or change a setting or name an earlier checkpoint")
    }
    // A run killed between its last checkpoint and its end still has to be called finished.
    let isEnded = run.status == .finished || settings.epochs != stored.epochs
    passing = forks ? [:] : settings.passingChanges(from: stored)
    if forks {
      course = .fork
      note = nil
    } else if isEnded, start.epochsDone >= settings.epochs {
      course = .stay
      note =
        "run \(run.id) has \(start.epochsDone) epochs already; "
        + "'gan-runs resume \(run.id) --epochs \(start.epochsDone * 2)' trains on, "
        + "'gan-runs resume \(run.id)@epoch:N --name NAME' starts a child run at an earlier "
        + "checkpoint"
    } else if start.checkpoint == nil {
      course = .startAgain
      note = "run \(run.id) has no checkpoint yet and starts again"
    } else {
      course = .goOn
      note = nil
    }
  }
}

extension RunConfiguration {
  fileprivate func passingChanges(from stored: RunConfiguration) -> [String: String] {
    var changes: [String: String] = [:]
    for (key, value) in parameters where key != "epochs" && stored.parameters[key] != value {
      changes["set.\(key)"] = value.description
    }
    return changes
  }
}
