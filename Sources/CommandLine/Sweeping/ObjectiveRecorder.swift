import RunModel
import Sweeps
import Synchronization

/// A recorder that keeps what a sweep's objective reads, and tells when the median rule ends a job.
final class ObjectiveRecorder: RunRecorder {
  typealias Points = [String: [(epoch: Int, value: Double)]]

  private let session: any RunRecorder
  private let metrics: Set<String>
  private let rule: MedianRule?
  private let kept: Mutex<Points>

  /// - Parameters:
  ///   - points: what the run has recorded before.
  ///   - rule: `nil` where nothing stops early.
  init(_ session: any RunRecorder, metrics: [String], points: Points, rule: MedianRule?) {
    self.session = session
    self.metrics = Set(metrics)
    self.rule = rule
    kept = Mutex(points)
  }

  /// The objective's metrics, by name.
  var points: Points { kept.withLock { $0 } }

  /// Whether the job has done enough to be left; only asked at ends of epochs does it change.
  var isStopped: Bool { rule?.stop(of: points) != nil }

  func record(_ measurement: StepMeasurement) throws {
    if let epoch = measurement.epoch {
      kept.withLock { points in
        for (name, value) in measurement.values where metrics.contains(name) {
          points[name, default: []].append((epoch, value))
        }
      }
    }
    try session.record(measurement)
  }

  func record(_ picture: SamplePicture) throws { try session.record(picture) }

  func record(line: String, at time: Timestamp) throws {
    try session.record(line: line, at: time)
  }

  func makeRoom(_ policy: BusyPolicy) throws -> SaveRoom { try session.makeRoom(policy) }

  func save(
    _ source: any CheckpointSource, step: Int, epoch: Int, isEpochEnd: Bool, isReplaceable: Bool
  ) throws {
    try session.save(
      source, step: step, epoch: epoch, isEpochEnd: isEpochEnd, isReplaceable: isReplaceable)
  }

  func flush() throws { try session.flush() }
}
