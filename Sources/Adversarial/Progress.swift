import Configuration
package import RunModel

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

  /// The counters of a snapshot: how far training has come, and with it the schedule and the optimisers.
  func counters(under schedule: Schedule) -> [String: Snapshot.Counter] {
    // Of the schedule, the epoch within its cycle.
    let position =
      schedule.kind == .epochs ? epoch % (schedule.discriminator + schedule.generator) : 0
    return [
      "step": .integer(Int64(step)),
      "epoch": .integer(Int64(epoch)),
      "epoch.step": .integer(Int64(epochStep)),
      "images": .integer(Int64(images)),
      "data.position": .integer(Int64(dataPosition)),
      "d_updates": .integer(Int64(discriminatorUpdates)),
      "g_updates": .integer(Int64(generatorUpdates)),
      "schedule.position": .integer(Int64(position)),
      "optimizer.discriminator.steps": .integer(Int64(discriminatorUpdates)),
      "optimizer.generator.steps": .integer(Int64(generatorUpdates)),
    ]
  }

  /// The progress that a state's counters tell; `nil` where one is missing, or is no count that training
  /// could go on from.
  package init?(_ counters: [String: Snapshot.Counter]) {
    func count(_ name: String) -> Int? {
      guard case .integer(let count)? = counters[name], (0..<1 << 53).contains(count) else {
        return nil
      }
      return Int(count)
    }
    guard let step = count("step"), let epoch = count("epoch"),
      let epochStep = count("epoch.step"), let images = count("images"),
      let dataPosition = count("data.position"),
      let discriminatorUpdates = count("d_updates"), let generatorUpdates = count("g_updates")
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
