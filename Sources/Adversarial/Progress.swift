import RunModel

/// How far a run's training has come.
package struct Progress: Sendable, Equatable {
  /// Steps done.
  package var step = 0
  /// Epochs done.
  package var epoch = 0
  /// Steps done of the epoch in progress.
  package var epochStep = 0
  /// Real examples seen.
  package var images = 0
  /// Where the last batch ended in the data's order, in examples: a child run with other batches goes
  /// on where its parent stood.
  package var dataPosition = 0
  package var discriminatorUpdates = 0
  package var generatorUpdates = 0

  package init() {}

  var counters: [String: Snapshot.Counter] {
    [
      "step": .integer(Int64(step)),
      "epoch": .integer(Int64(epoch)),
      "epoch.step": .integer(Int64(epochStep)),
      "images": .integer(Int64(images)),
      "data.position": .integer(Int64(dataPosition)),
      "d_updates": .integer(Int64(discriminatorUpdates)),
      "g_updates": .integer(Int64(generatorUpdates)),
    ]
  }

  /// The progress a snapshot holds; `nil` where a counter is missing.
  init?(_ snapshot: Snapshot) {
    guard let step = snapshot.integer("step"), let epoch = snapshot.integer("epoch"),
      let epochStep = snapshot.integer("epoch.step"), let images = snapshot.integer("images"),
      let dataPosition = snapshot.integer("data.position"),
      let discriminatorUpdates = snapshot.integer("d_updates"),
      let generatorUpdates = snapshot.integer("g_updates")
    else { return nil }
    self.step = step
    self.epoch = epoch
    self.epochStep = epochStep
    self.images = images
    self.dataPosition = dataPosition
    self.discriminatorUpdates = discriminatorUpdates
    self.generatorUpdates = generatorUpdates
  }
}
