import RunModel
import Sweeps
import Synchronization

/// A recorder that keeps what a sweep's objective reads, and tells when the median rule ends a job.
final class ObjectiveRecorder: RunRecorder {
  typealias Points = [String: [(epoch: Int, value: Double)]]

  private let session: any RunRecorder
  private let metrics: Set<String>
  private let rule: MedianRule?
  private let kept: Mutex<(points: Points, isStopped: Bool)>

  /// - Parameters:
  ///   - points: what the run has recorded before.
  ///   - rule: `nil` where nothing stops early.
  init(_ session: any RunRecorder, metrics: [String], points: Points, rule: MedianRule?) {
    self.session = session
    self.metrics = Set(metrics)
    self.rule = rule
    kept = Mutex((points, false))
  }

  /// Whether the job is to be left, as its last epoch has shown.
  var isStopped: Bool { kept.withLock { $0.isStopped } }

  func record(_ measurement: StepMeasurement) throws {
    if let rule, let epoch = measurement.epoch {
      let new = measurement.values.filter { metrics.contains($0.key) }
      // Losses are means over an epoch: where one stands, the epoch is whole.
      let isWhole = measurement.values["d_loss"] != nil || measurement.values["g_loss"] != nil
      kept.withLock { kept in
        for (name, value) in new { kept.points[name, default: []].append((epoch, value)) }
        if isWhole { kept.isStopped = rule.stop(of: kept.points) != nil }
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
