import Foundation
import Glibc
import RunModel
import RunRegistry

/// The processes that work on a sweep for a call, and what becomes of them.
///
/// Each is a `gan-runs sweep work` in a process group of its own: a terminal's Ctrl-C reaches this process
/// alone, which passes it on once. Where this process is killed they go on, and the next call joins them.
final class WorkerProcesses {
  /// Workers in a row that may die without having ended a job before no new one is started.
  private static let mostDeaths = 5

  private let arguments: [String]
  private var running: [Process] = []
  private var hasAskedToStop = false
  /// The status of the first worker that ended with an error.
  private(set) var failure: ProcessStatus?
  /// Deaths since the last job that ended.
  private var deaths = 0

  /// - Parameter arguments: of `gan-runs`.
  init(_ arguments: [String]) { self.arguments = arguments }

  var isEmpty: Bool { running.isEmpty }

  /// Starts a worker.
  func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do { try process.run() } catch {
      throw Failure(.failed, "a worker can't be started: \(error.localizedDescription)")
    }
    running.append(process)
  }

  /// Tells workers to end at a checkpoint, once.
  func stop() {
    guard !hasAskedToStop else { return }
    hasAskedToStop = true
    for process in running { kill(process.processIdentifier, SIGTERM) }
  }

  /// Looks after workers that have ended; one that was killed is replaced.
  ///
  /// - Parameter hasProgressed: whether a job ended since the last look.
  func look(hasProgressed: Bool) throws {
    if hasProgressed { deaths = 0 }
    let ended = running.filter { !$0.isRunning }
    running.removeAll { process in ended.contains { $0 === process } }
    for process in ended where !hasAskedToStop {
      if process.terminationReason == .uncaughtSignal {
        deaths += 1
        if deaths < Self.mostDeaths { try start() } else { failure = failure ?? .failed }
      } else if process.terminationStatus != 0 {
        failure = failure ?? ProcessStatus(rawValue: process.terminationStatus) ?? .failed
      }
    }
  }
}
