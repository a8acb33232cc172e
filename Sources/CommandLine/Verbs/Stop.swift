import ArgumentParser
import Glibc
import Reports
import RunModel
import RunRegistry

/// `gan-runs stop`: asks the process that trains a run to end.
struct Stop: Verb {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Ask the process that trains a run to stop, and wait for it.",
    usage: "gan-runs stop <run> [<options>]",
    discussion: """
      Examples:
        gan-runs stop ring
        gan-runs stop latest --no-wait

      The process gets SIGTERM, as from 'kill': it ends its step, stores a checkpoint, and \
      'gan-runs resume' carries the run on. Only a process of this machine can be asked.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @Flag(inversion: .prefixedNo, help: "Wait until the run has ended, for a minute at most.")
  var wait = true

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let found = try reader.run(run)
    let name = "\(found.name) (\(found.id))"
    guard found.status == .running else {
      throw Failure(.failed, "\(name) is not running, it is \(found.status.rawValue)")
    }
    let process = try reader.process(of: found.id)
    // Looked at once more just before the signal: a number may go to another process.
    guard reader.canSee(process) else {
      throw Failure(
        .failed,
        "\(name) is trained on \(process.host) by process \(process.pid), which this call can't see; stop it "
          + "there")
    }
    guard kill(process.pid, SIGTERM) == 0 else {
      throw Failure(
        .failed,
        errno == ESRCH
          ? "\(name) ended at this moment; 'gan-runs show \(found.id)' tells how"
          : "\(name) is trained by process \(process.pid) of another user; ask them, or stop it as root"
      )
    }
    guard wait else {
      try console.printRun(found, output.format)
      return console.note("asked process \(process.pid), which trains \(name), to stop")
    }
    let ended = try waitForEnd(of: found.id, reader, console)
    guard ended.status != .running else {
      throw Failure(
        .failed,
        "\(name) still ends its step after a minute; 'gan-runs list' tells when it is done, and 'kill -9 "
          + "\(process.pid)' loses what follows its last checkpoint")
    }
    try console.printRun(ended, output.format)
    console.note(
      "\(name) is \(ended.status.rawValue) at epoch \(ended.epoch), step \(ended.step)"
        + (ended.status == .finished ? "" : "; 'gan-runs resume \(ended.id)' carries it on"))
  }

  private func waitForEnd(of id: RunID, _ reader: RegistryReader, _ console: Console) throws -> Run
  {
    let (tick, patience) = (100, 60_000)
    var run = try reader.run(id.rawValue)
    for _ in 0..<patience / tick where run.status == .running {
      console.pause(tick)
      run = try reader.run(id.rawValue)
    }
    return run
  }
}
