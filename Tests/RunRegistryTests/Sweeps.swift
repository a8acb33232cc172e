import RunModel
import TestSupport

@testable import RunRegistry

/// The text of a sweep's file, whatever it says.
let sweepFile = "sweep: lr\npoints: 4\n"

extension RegistryWriter {
  /// Stores a sweep of four points.
  @discardableResult
  func sweep(_ name: String = "lr", file: String = sweepFile) throws -> Sweep {
    try createSweep(
      name: name, file: file, digest: SHA256.digest(Array(file.utf8)), points: 4, epochs: 9)
  }
}

/// A point whose only parameter follows from its number.
func trial(_ number: Int, repeats: Int? = nil) -> Trial {
  Trial(
    number: number,
    parameters: [
      Trial.Parameter(key: "lr", value: .number(0.1 * Double(number + 1))),
      Trial.Parameter(key: "loss", value: .text("hinge")),
    ], repeats: repeats)
}

/// The claim of a point's first job, or of one at a higher rung.
func claim(_ point: Int, rung: Int = 0, seed: Int = 1, entry: Int? = nil) -> JobClaim {
  JobClaim(
    key: Job.Key(point: point, seed: seed, rung: rung), entry: entry ?? point,
    epochs: [1, 3, 9][rung], trial: trial(point))
}

/// A process of this machine that lives as long as nobody says otherwise.
func worker(_ pid: Int32, gone: @escaping @Sendable () -> Set<Int32> = { [] }) -> Liveness {
  Liveness(
    observer: ProcessIdentity(
      host: "one", pidNamespace: "pid:[1]", bootID: "boot", pid: pid, startTicks: 5),
    processState: { gone().contains($0) ? nil : ProcessState(startTicks: 5, isZombie: false) })
}
