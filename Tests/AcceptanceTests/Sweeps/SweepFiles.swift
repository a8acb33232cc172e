import Foundation
import Testing

/// Small sweeps of the ring: a job lasts some hundredths of a second.
enum SweepFiles {
  /// - Parameter lines: what follows the space.
  static func ring(_ name: String, points: Int, epochs: Int = 9, _ lines: String...) -> String {
    """
    sweep: \(name)
    base:
      preset: ring
      set:
        steps_per_epoch: 8
        batch_size: 32
        samples: {every: 0}
        generator.layers: [{dense: 8, activation: relu}, {dense: 2}]
        discriminator.layers: [{dense: 8, activation: relu}, {dense: 1}]
    epochs: \(epochs)
    minimize: last(g_loss) + mean(d_loss, 2)
    params:
      generator.optimizer.lr: {log: [1e-4, 1e-1]}
      loss: [nonsaturating, least-squares]
      discriminator.optimizer.lr: {log: [1e-4, 1e-1], when: loss = 'nonsaturating'}
    points: \(points)
    \(lines.joined(separator: "\n"))

    """
  }

  /// The sweep of the exact tests: TPE and halving on 24 points.
  static let adaptive = ring(
    "adaptive", points: 24, "sampler: {kind: tpe, startup: 6}",
    "stop: {kind: halving, eta: 3, first: 1}")
}

extension Workplace {
  /// Stores a file and trains its sweep.
  @discardableResult
  func sweep(_ text: String, jobs: Int, _ more: String...) throws -> Result {
    try write(text, to: "sweep.yaml")
    return try expect(["sweep", "run", "sweep.yaml", "-j", String(jobs), "--quiet"] + more)
  }

  /// What `sweep status --json` prints, without run ids and times: sorted keys, one line a trial.
  func standing(_ name: String, db: String = "gan-runs.db") throws -> String {
    let printed = try expect("sweep", "status", name, "--json", "--db", db).output
    var object = try #require(
      JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any])
    var trials = try #require(object["trials"] as? [[String: Any]])
    for place in trials.indices {
      for key in ["run_ids", "started_at", "ended_at"] { trials[place][key] = nil }
    }
    object["trials"] = trials
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .prettyPrinted])
    return String(decoding: data, as: UTF8.self)
  }

  /// The trials of a sweep as `sweep status --json` has them.
  func trials(_ name: String) throws -> [[String: Any]] {
    let printed = try expect("sweep", "status", name, "--json").output
    let object = try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any]
    return try #require(object?["trials"] as? [[String: Any]])
  }
}
