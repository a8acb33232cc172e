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
  /// What mixes real and fake, or scales a shift, under a gradient penalty; counted by discriminator
  /// updates.
  static let penaltyMixture: UInt32 = 11
  /// Shifts of real examples under a gradient penalty, counted by discriminator updates.
  static let penaltyNoise: UInt32 = 12

  // Dropout: a network adds the place of its layer to the stream it is given.
  static let generatorDropout: UInt32 = 0x1_0000
  static let realDropout: UInt32 = 0x2_0000
  static let fakeDropout: UInt32 = 0x3_0000
  /// The discriminator's masks while the generator learns.
  static let judgeDropout: UInt32 = 0x4_0000
  /// The discriminator's masks where its gradient is penalised.
  static let penaltyDropout: UInt32 = 0x5_0000
}
