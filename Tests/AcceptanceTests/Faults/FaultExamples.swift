extension Examples {
  /// Two epochs of three steps each: as few calls of the system as a training can make.
  static let least = """
    data: {kind: ring}
    latent: {size: 2}
    epochs: 2
    steps_per_epoch: 3
    batch_size: 16
    samples: {every: 1, count: 4}
    log_every: 1
    checkpoint: {keep_last: 0}
    generator:
      layers: [{dense: 8, activation: relu}, {dense: 2}]
    discriminator:
      layers: [{dense: 8, activation: leaky-relu}, {dense: 1}]
    """

  /// Six checkpoints of 7 MB, of which one stays: enough for the WAL to move into the file while the
  /// run goes on, and for the file to shrink.
  static let heavy = """
    data: {kind: ring}
    latent: {size: 2}
    epochs: 6
    steps_per_epoch: 2
    batch_size: 16
    samples: {every: 3, count: 4}
    log_every: 1
    checkpoint: {keep_last: 1}
    generator:
      layers: [{dense: 512, activation: relu}, {dense: 512, activation: relu}, {dense: 2}]
    discriminator:
      layers: [{dense: 512, activation: leaky-relu}, {dense: 512}, {dense: 1}]
    """
}
