import Foundation
import RunModel
import RunRegistry
import TestSupport

/// A snapshot of some tensors with numbers that depend on `seed` alone.
func makeSnapshot(
  _ tensors: [String: Int] = ["generator.0.weight": 300, "discriminator.0.bias": 2],
  seed: UInt64 = 1, step: Int = 1, images: Int = 64
) -> Snapshot {
  var places: [Snapshot.Tensor] = []
  var end = 0
  for (name, count) in tensors.sorted(by: { $0.key < $1.key }) {
    places.append(Snapshot.Tensor(name: name, shape: [count], byteOffset: end))
    end += count * 4
  }
  return Snapshot(
    tensors: places,
    counters: [
      "step": .integer(Int64(step)), "images": .integer(Int64(images)), "sum.d_loss": .real(0.25),
    ],
    clocks: ["seconds": 1.5], seed: seed, byteCount: end
  ) { memory in
    // Noise, which no encoding makes shorter (xorshift64: Marsaglia, 2003); a debug build has to be quick.
    var state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 | 1
    for start in stride(from: 0, to: memory.count, by: 4) {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      memory.storeBytes(of: UInt32(truncatingIfNeeded: state), toByteOffset: start, as: UInt32.self)
    }
  }
}

extension RegistryWriter {
  /// A run with little to say.
  func begin(
    _ name: String = "ring", parameters: [String: ParameterValue] = ["epochs": .integer(3)],
    parent: Run.Parent? = nil, keepLast: Int = 3, keepEvery: Int = 0
  ) throws -> RunSession {
    try beginRun(
      name: name, experiment: "default", parameters: parameters,
      environment: RunEnvironment(facts: ["threads": "2"]), parent: parent,
      retention: Retention(keepLast: keepLast, keepEvery: keepEvery))
  }

  /// The next attempt of a run.
  func resume(_ id: RunID, from checkpoint: Checkpoint?, keepLast: Int = 3) throws -> RunSession {
    try resumeRun(
      id, from: checkpoint, environment: RunEnvironment(facts: ["threads": "1"]),
      retention: Retention(keepLast: keepLast, keepEvery: 0))
  }
}

/// What was measured at a step, stamped with a time that depends on it.
func measure(_ step: Int, epoch: Int? = nil, _ values: [String: Double]) -> StepMeasurement {
  StepMeasurement(
    step: step, epoch: epoch, images: step * 64,
    time: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(step) * 1000), values: values)
}
