import RunModel

/// The running sums of one epoch, from which its means are recorded at its end.
///
/// They are part of a checkpoint's digest: a run stopped in mid-epoch goes on to the same means.
struct EpochSums: Sendable, Equatable {
  /// What one network's updates of this epoch add up to.
  struct Updates: Sendable, Equatable {
    var count = 0
    var loss = 0.0
    var gradientNorm = 0.0

    mutating func add(loss: Double, gradientNorm: Double) {
      count += 1
      self.loss += loss
      self.gradientNorm += gradientNorm
    }

    var meanLoss: Double? { count == 0 ? nil : loss / Double(count) }
    var meanGradientNorm: Double? { count == 0 ? nil : gradientNorm / Double(count) }
  }

  /// What the gradient penalties of this epoch add up to.
  struct Penalty: Sendable, Equatable {
    var count = 0
    var sum = 0.0

    mutating func add(_ penalty: Double) {
      count += 1
      sum += penalty
    }
  }

  var discriminator = Updates()
  var generator = Updates()
  var penalty = Penalty()
  /// Real examples drawn in this epoch.
  var images = 0
  /// Time of the training steps alone; kept in a checkpoint, and no part of its digest.
  var seconds = 0.0

  /// The metrics that need nothing but the sums.
  var metrics: [String: Double] {
    var metrics: [String: Double] = [
      "seconds": seconds, "images_per_second": seconds > 0 ? Double(images) / seconds : 0,
    ]
    metrics["d_loss"] = discriminator.meanLoss
    metrics["g_loss"] = generator.meanLoss
    metrics["d_grad_norm"] = discriminator.meanGradientNorm
    metrics["g_grad_norm"] = generator.meanGradientNorm
    if penalty.count > 0 { metrics["gradient_penalty"] = penalty.sum / Double(penalty.count) }
    return metrics
  }

  var counters: [String: Snapshot.Counter] {
    var counters: [String: Snapshot.Counter] = [
      "epoch.d_updates": .integer(Int64(discriminator.count)),
      "epoch.d_loss": .real(discriminator.loss),
      "epoch.d_grad_norm": .real(discriminator.gradientNorm),
      "epoch.g_updates": .integer(Int64(generator.count)),
      "epoch.g_loss": .real(generator.loss),
      "epoch.g_grad_norm": .real(generator.gradientNorm),
      "epoch.images": .integer(Int64(images)),
    ]
    // Of runs without one, checkpoints hold no word of it.
    if penalty.count > 0 {
      counters["epoch.gradient_penalties"] = .integer(Int64(penalty.count))
      counters["epoch.gradient_penalty"] = .real(penalty.sum)
    }
    return counters
  }

  init() {}

  /// The sums that a state's counters and clocks tell; `nil` where one is missing.
  init?(_ counters: [String: Snapshot.Counter], clocks: [String: Double]) {
    func count(_ name: String) -> Int? {
      guard case .integer(let count)? = counters[name] else { return nil }
      return Int(count)
    }
    func sum(_ name: String) -> Double? {
      guard case .real(let sum)? = counters[name] else { return nil }
      return sum
    }
    guard let discriminatorCount = count("epoch.d_updates"),
      let discriminatorLoss = sum("epoch.d_loss"),
      let discriminatorNorm = sum("epoch.d_grad_norm"),
      let generatorCount = count("epoch.g_updates"), let generatorLoss = sum("epoch.g_loss"),
      let generatorNorm = sum("epoch.g_grad_norm"), let images = count("epoch.images")
    else { return nil }
    discriminator = Updates(
      count: discriminatorCount, loss: discriminatorLoss, gradientNorm: discriminatorNorm)
    generator = Updates(count: generatorCount, loss: generatorLoss, gradientNorm: generatorNorm)
    if let count = count("epoch.gradient_penalties"), let sum = sum("epoch.gradient_penalty") {
      penalty = Penalty(count: count, sum: sum)
    }
    self.images = images
    seconds = clocks["epoch.seconds"] ?? 0
  }
}
