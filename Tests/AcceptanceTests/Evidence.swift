import Foundation
import Testing

/// What two runs of the same configuration and seed must agree in, to the bit.
struct Evidence: Equatable {
  /// The newest checkpoint's digest.
  var digest: String
  /// Every exported value but those that measure time: metric, step, epoch, images and the value's text.
  var values: [String]
}

extension Workplace {
  /// A JSON result.
  func json(_ arguments: String..., build: Build? = nil) throws -> Any {
    let result = try start(arguments + ["--json"], build: build).wait()
    try #require(result.status == 0, "\(arguments): \(result.status)\n\(result.error)")
    return try JSONSerialization.jsonObject(with: Data(result.output.utf8))
  }

  /// A run object.
  func run(object reference: String = "latest") throws -> [String: Any] {
    try #require(try json("show", reference) as? [String: Any])
  }

  /// The runs of the registry, newest first; none where there is no registry yet.
  func runs() throws -> [[String: Any]] {
    let result = try run("list", "--json")
    if result.status == 66 { return [] }
    try #require(result.status == 0, "\(result.error)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
  }

  /// Checkpoints of the newest run; 0 where there is none yet.
  func checkpointsSoFar() throws -> Int { try runs().first?["checkpoints"] as? Int ?? 0 }

  func checkpoints(_ run: String = "latest") throws -> [[String: Any]] {
    try #require(try json("checkpoints", "list", run) as? [[String: Any]])
  }

  /// The evidence of a run.
  func evidence(_ run: String = "latest") throws -> Evidence {
    let digest = try #require(try checkpoints(run).last?["digest"] as? String)
    let exported = try expect("export", run)
    let rows = exported.lines.dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    // run_id,run_name,metric,step,epoch,images,value,time
    let values = rows.filter { !measuresTime($0[2]) }
      .map { ($0[2...6]).joined(separator: ",") }
    try #require(!values.isEmpty)
    return Evidence(digest: digest, values: values)
  }

  private func measuresTime(_ metric: String) -> Bool {
    ["seconds", "_ms", "_per_second"].contains { metric.hasSuffix($0) }
  }
}

/// Small configurations that tests train within a second or two.
enum Examples {
  /// The ring, six epochs, small enough to be trained again and again.
  static let ring = """
    data: {kind: ring}
    latent: {size: 2}
    epochs: 6
    steps_per_epoch: 60
    batch_size: 128
    samples: {every: 2, count: 32}
    log_every: 7
    generator:
      layers: [{dense: 64, activation: relu}, {dense: 64, activation: relu}, {dense: 2}]
    discriminator:
      layers: [{dense: 64, activation: leaky-relu}, {dense: 64, activation: leaky-relu}, {dense: 1}]
    """

  /// Everything with a state or a mask of its own: batch norm, dropout, maxout, packing, a moving
  /// average, momentum, an odd batch, a schedule of whole epochs.
  static let everything = """
    data: {kind: grid, side: 3}
    latent: {size: 5, distribution: sphere}
    epochs: 6
    steps_per_epoch: 40
    batch_size: 93
    packing: 3
    log_every: 1
    label_smoothing: 0.1
    schedule: {kind: epochs, discriminator: 1, generator: 2}
    samples: {every: 0}
    generator:
      ema: 0.99
      layers:
        - {dense: 48, norm: batch, activation: relu}
        - {dropout: 0.2}
        - {dense: 32, norm: {kind: batch, momentum: 0.05, eps: 1e-3}, activation: tanh}
        - {dense: 2}
    discriminator:
      optimizer: {kind: sgd, lr: 0.01, momentum: 0.9}
      layers:
        - {maxout: 24, pieces: 3}
        - {dropout: 0.5}
        - {dense: 24, norm: batch, activation: {leaky-relu: 0.1}}
        - {dense: 1, init: {normal: 0.02}}
    """

  /// Pictures of a file by convolutions, with what only they and later recipes keep: spectral vectors
  /// under R1, mean squares, momentum and rates that change by epoch and by update.
  static let pictures = """
    data: {kind: idx, path: "\(file)", held_out: 0.25}
    latent: {size: 4}
    epochs: 6
    steps_per_epoch: 60
    batch_size: 13
    shards: 3
    log_every: 7
    loss: hinge
    r1: {gamma: 0.1}
    samples: {every: 2, count: 9}
    generator:
      ema: 0.9
      layers:
        - {dense: 24, bias: false}
        - {reshape: [2, 2, 6], norm: batch, activation: relu}
        - {conv_transpose: 17, bias: false, norm: batch, activation: relu}
        - {conv_transpose: 1, activation: tanh}
      optimizer:
        kind: sgd
        lr: {start: 0.02, factor: 0.999, floor: 0.015}
        momentum: {start: 0, end: 0.5, over_epochs: 4}
    discriminator:
      layers:
        - {conv: 4, norm: spectral, activation: leaky-relu}
        - {conv: 18, norm: spectral, activation: leaky-relu}
        - {dropout: 0.3}
        - {dense: 1, norm: spectral}
      optimizer: {kind: rmsprop, lr: {start: 1e-3, end: 1e-4, over_epochs: 5}}
    """

  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("AdversarialTests/Fixtures/pictures.idx")
    .path
}
