/// The random streams of a run: numbers that keep draws of different purpose apart.
///
/// A draw is a function of (seed, stream, counter, index), so nothing random has a state to save and
/// nothing depends on the order of draws.
enum RandomStream {
  static let generatorWeights: UInt32 = 1
  static let discriminatorWeights: UInt32 = 2
  /// Latents of a discriminator update, counted by discriminator updates.
  static let discriminatorLatents: UInt32 = 3
  /// Latents of a generator update, counted by generator updates.
  static let generatorLatents: UInt32 = 4
  /// Latents of `d_accuracy`, counted by chunk; the same at every epoch.
  static let accuracyLatents: UInt32 = 5
  /// Latents of sample grids and of `sample`, counted by chunk.
  static let sampleLatents: UInt32 = 6
  /// Latents of quality metrics, counted by chunk; the same at every evaluation.
  static let qualityLatents: UInt32 = 7

  // Dropout: a network adds the place of its layer to the stream it is given.
  static let generatorDropout: UInt32 = 0x1_0000
  static let realDropout: UInt32 = 0x2_0000
  static let fakeDropout: UInt32 = 0x3_0000
  /// The discriminator's masks while the generator learns.
  static let judgeDropout: UInt32 = 0x4_0000
}
