import Foundation
import RunModel
import RunRegistry
import Sweeps

/// Works through a sweep with nothing to train, as a worker does: decide, claim, record.
///
/// - Parameters:
///   - points: how many there are.
///   - path: the registry, which other processes may work on at the same time.
func measureThroughput(points: Int, path: String) throws {
  let text = """
    sweep: bench
    base: {preset: ring}
    epochs: 1
    minimize: d_loss
    params:
      generator.optimizer.lr: {log: [1e-5, 1e-1]}
      discriminator.optimizer.lr: {log: [1e-5, 1e-1]}
    sampler: {kind: random}
    points: \(points)

    """
  let file = try SweepFile(text: text, source: "bench")
  let writer = try RegistryWriter(path: path, patience: .seconds(30))
  let sweep = try writer.createSweep(
    name: file.name, file: text, digest: file.digest, points: points, epochs: file.epochs)
  let reader = try RegistryReader(path: path)
  var planner = try SweepPlanner(sweep, file)
  let start = ContinuousClock.now
  var trials = 0
  while true {
    let course = planner.course
    let open = course.open.compactMap { course.jobs[$0]?.revision }.min()
    let known = min(course.revision, open.map { $0 - 1 } ?? course.revision)
    let jobs = try reader.jobs(of: sweep.name, after: max(known, 0))
    try planner.take(
      reader.sweep(sweep.name), trials: reader.trials(of: sweep.name, from: course.trials.count),
      jobs: jobs)
    guard case .begin(let key, let entry, let trial) = try planner.next() else { break }
    let claim = JobClaim(key: key, entry: entry, epochs: 1, trial: trial, extents: 1)
    guard let lease = try writer.claim(claim, in: sweep.name) else { continue }
    let value = trial.parameters.compactMap(\.value.doubleValue).reduce(0, +)
    if try writer.finish(lease, as: .done, value: value, reached: 1).isMine { trials += 1 }
  }
  let elapsed = ContinuousClock.now - start
  try writer.close()
  let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  try write(["trials": Double(trials), "seconds": seconds])
}
