import CFaults
import Glibc
import RunModel
import Synchronization

/// Watches the milestones: writes down what is acknowledged, and ends the process where it was told to.
final class Watch: Sendable {
  private let milestone: Milestone?
  private let times: Int
  private let seen = Mutex(0)
  private let acknowledgements: Int32

  /// - Parameters:
  ///   - kill: a milestone and at which time it ends the process, such as `chunksStored:2`.
  ///   - acknowledgements: the file that gets the digest of each published checkpoint.
  init(kill: String?, acknowledgements path: String?) throws {
    let parts = kill?.split(separator: ":").map(String.init) ?? []
    milestone = parts.first.flatMap(Milestone.init(rawValue:))
    times = parts.count > 1 ? Int(parts[1]) ?? 0 : 1
    if let kill, milestone == nil || times < 1 { throw Unknown(text: kill) }
    acknowledgements = path.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) } ?? -1
    if let path, acknowledgements < 0 { throw Unknown(text: path) }
  }

  func reached(_ milestone: Milestone, _ detail: String) {
    gr_record_mark(milestone.rawValue, detail)
    if milestone == .checkpointPublished, acknowledgements >= 0 {
      let line = Array("\(detail)\n".utf8)
      guard write(acknowledgements, line, line.count) == line.count else { abort() }
    }
    guard milestone == self.milestone else { return }
    let isTime = seen.withLock { seen in
      seen += 1
      return seen == times
    }
    if isTime { kill(getpid(), SIGKILL) }
  }
}
