import ArgumentParser
import Foundation
import Reports
import RunModel
import Sweeps

/// `gan-runs sweep slurm`.
struct SweepSlurm: Verb {
  static let configuration = CommandConfiguration(
    commandName: "slurm",
    abstract: "Print a batch script that trains a sweep on a Slurm cluster.",
    usage: "gan-runs sweep slurm <file> --tasks <n> --at-once <n> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep slurm my-sweep.yaml --tasks 16 --at-once 4 > my-sweep.sh
        gan-runs sweep slurm my-sweep.yaml --tasks 4 --at-once 4 --time 2:00:00

      Nothing is submitted: read the script, then call sbatch. Each task of its array trains its part into a \
      registry on its node's own disk, and copies that to a folder which all nodes see. Where points depend \
      on results the script goes by rounds (docs/sweeps.md).
      """)

  @Argument(help: SweepSource.help, completion: .file(extensions: ["yaml", "yml", "json"]))
  var file: String

  @Option(help: ArgumentHelp("Tasks that the sweep is divided into.", valueName: "n"))
  var tasks: Int

  @Option(help: ArgumentHelp("Tasks that run at the same time at most.", valueName: "n"))
  var atOnce: Int

  @Option(help: ArgumentHelp("Threads of each; never part of the result.", valueName: "n"))
  var threads = 1

  @Option(
    help: ArgumentHelp(
      "A folder that all nodes see, for copies and output. (default: the working directory)",
      valueName: "folder"), completion: .directory)
  var folder = "."

  @Option(
    help: ArgumentHelp(
      "Seconds between two copies of what a task has: what a lost node may cost.",
      valueName: "seconds"))
  var copyEvery = 600

  @Option(help: ArgumentHelp("Time of a task, as sbatch takes it.", valueName: "time"))
  var time: String?

  @Option(help: ArgumentHelp("Slurm's partition.", valueName: "name"))
  var partition: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    for (option, number, most) in [
      ("--tasks", tasks, 100_000), ("--at-once", atOnce, 100_000), ("--threads", threads, 4096),
      ("--copy-every", copyEvery, 1_000_000_000),
    ] where !(1...most).contains(number) {
      throw ValidationError("\(option) needs a number from 1 to \(most).")
    }
    if let time, time.isEmpty || !time.utf8.allSatisfy("0123456789:-".utf8.contains) {
      throw ValidationError("--time is as sbatch takes it: minutes, 4:00:00, or 1-12:00:00.")
    }
    for (option, value) in [("--partition", partition), ("--folder", folder)] {
      guard let value else { continue }
      if value.isEmpty || value != printable(value) {
        throw ValidationError("\(option) is empty or holds what can't be printed.")
      }
    }
  }

  func run(_ console: Console) throws {
    let source = try SweepSource(file)
    let sweep = try source.begin(at: console.now())
    let planner = try SweepPlanner(sweep, source.file)
    let script = SlurmScript(
      sweep: sweep.name, program: Self.program,
      file: FileManager.default.fileExists(atPath: file) ? try absolute(file) : file,
      folder: try sharedFolder(), tasks: tasks, atOnce: min(atOnce, tasks), threads: threads,
      copyEvery: copyEvery, time: time, partition: partition,
      goesByRounds: planner.needsRounds)
    if planner.course.dependsOnResults, tasks > source.file.window {
      console.note(
        "of \(tasks) tasks at most \(source.file.window) have something to do in a round: the file's window "
          + "lets no more points depend on results that are not there yet")
    }
    try console.write(script.text)
  }

  /// This program, by the name that it was called with.
  private static var program: String {
    let called = Swift.CommandLine.arguments[0]
    // What the shell found by PATH is named without a folder.
    return called.contains("/")
      ? URL(fileURLWithPath: called).standardizedFileURL.path
      : URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
  }

  private func sharedFolder() throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw Failure(
        .missing,
        "there is no folder \(folder); make it, on a file system that all nodes see, or leave --folder out"
      )
    }
    return try absolute(folder)
  }

  private func absolute(_ path: String) throws -> String {
    let whole = URL(fileURLWithPath: path).standardizedFileURL.path
    guard whole == printable(whole) else {
      throw Failure(.usage, "\(printable(whole)) holds what no line of a script can")
    }
    return whole
  }
}
