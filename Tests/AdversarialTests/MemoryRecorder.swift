import Adversarial
import Configuration
import RunModel
import Synchronization

/// Keeps what a trainer hands over.
final class MemoryRecorder: RunRecorder {
  struct Saved {
    var snapshot: Snapshot
    var step: Int
    var epoch: Int
    var isEpochEnd: Bool
  }

  private struct State {
    var measurements: [StepMeasurement] = []
    var pictures: [SamplePicture] = []
    var saved: [Saved] = []
  }
  private let state = Mutex(State())

  var measurements: [StepMeasurement] { state.withLock { $0.measurements } }
  var pictures: [SamplePicture] { state.withLock { $0.pictures } }
  var saved: [Saved] { state.withLock { $0.saved } }

  func record(_ measurement: StepMeasurement) {
    state.withLock { $0.measurements.append(measurement) }
  }
  func record(_ picture: SamplePicture) { state.withLock { $0.pictures.append(picture) } }
  func record(line: String, at time: Timestamp) {}
  func makeRoom(_ policy: BusyPolicy) -> SaveRoom { .free }
  func save(
    _ source: any CheckpointSource, step: Int, epoch: Int, isEpochEnd: Bool, isReplaceable: Bool
  ) {
    guard let snapshot = source as? Snapshot else {
      preconditionFailure("a trainer saves what it copied")
    }
    state.withLock {
      $0.saved.append(
        Saved(snapshot: snapshot, step: step, epoch: epoch, isEpochEnd: isEpochEnd))
    }
  }
  func flush() {}

  /// A metric's values by step, those that measure time left out.
  var values: [String: [Int: Double]] {
    var values: [String: [Int: Double]] = [:]
    for measurement in measurements {
      for (metric, value) in measurement.values where !measuresTime(metric: metric) {
        values[metric, default: [:]][measurement.step] = value
      }
    }
    return values
  }
}

/// Small networks on a ring.
let smallRing = """
  data: {kind: ring}
  latent: {size: 3}
  epochs: 2
  steps_per_epoch: 6
  batch_size: 48
  samples: {every: 0}
  log_every: 1
  generator:
    layers: [{dense: 8, norm: batch, activation: relu}, {dense: 2}]
    ema: 0.9
  discriminator:
    layers: [{dense: 12, norm: batch, activation: leaky-relu}, {dropout: 0.3}, {dense: 1}]
  """

/// The same without batch norm in the discriminator, as gradient penalties need it.
let smallCritic = smallRing.replacing("{dense: 12, norm: batch,", with: "{dense: 12,")

func configuration(_ text: String = smallRing, _ sets: String...) throws -> RunConfiguration {
  try RunConfiguration.load(file: (name: "test.yaml", text: text), sets: sets)
}

func trainer(_ configuration: RunConfiguration, threads: Int = 1) throws -> Trainer {
  try Trainer(configuration, threads: threads, seconds: { 0 })
}

extension Trainer {
  /// Trains into memory.
  ///
  /// - Parameter steps: stops after so many; `nil` trains to the end.
  @discardableResult
  func train(into recorder: any RunRecorder, steps: Int? = nil) throws -> TrainingOutcome {
    let last = steps.map { progress.step + $0 }
    return try train(
      into: recorder, clock: { Timestamp(microseconds: 0) },
      shouldStop: { self.progress.step == last }, report: { _ in })
  }
}

extension Snapshot {
  /// The bytes of the tensors whose names begin so, by name.
  func tensors(_ prefixes: String...) -> [String: [UInt8]] {
    let wanted = tensors.filter { tensor in prefixes.contains { tensor.name.hasPrefix($0) } }
    return Dictionary(
      uniqueKeysWithValues: wanted.map { ($0.name, withBytes(of: $0) { Array($0) }) })
  }
}
