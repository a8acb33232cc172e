import Adversarial
import Configuration
import RunModel
import Testing

/// Float32 against float64, draws included: a rounding error is 6e-8 of a number, and a few dozen
/// updates multiply it; a wrong order of updates, a missing correction or a draw at another place
/// shows in the first two digits.
@Suite("A whole training agrees with PyTorch")
struct WholeTrainingTests {
  @Test(
    "in every loss, gradient norm, weight, statistic, moment, average and sample",
    arguments: [
      // Adam against Adam, 1:1 on the same fakes, leaky ReLU and tanh, nonsaturating.
      (case: "alternating", tolerance: 2e-5),
      // Minimax, batch norm in both networks, smoothed labels, a moving average, uniform latents.
      (case: "batch-norm", tolerance: 2e-5),
      // Maxout, dropout in both networks, momentum, pairs, simultaneous updates, latents on a sphere.
      (case: "maxout", tolerance: 2e-5),
      // Real and fake normalised as one batch, under dropout; two updates to one with fresh latents.
      (case: "joined", tolerance: 2e-5),
      // Smoothed labels, RMSProp, a learning rate that falls to a line's end and one to its floor.
      (case: "least-squares", tolerance: 2e-5),
      // Clipped weights, three critic updates, RMSProp in both networks.
      (case: "wasserstein", tolerance: 2e-5),
      // A penalty between pairs of real and of fake, through tanh, dropout and leaky ReLU.
      (case: "wasserstein-gp", tolerance: 2e-5),
      // R1 through maxout, simultaneous updates, a momentum that grows from 0.
      (case: "hinge", tolerance: 2e-5),
      // The authors' penalty, and one of the probability with R1 beside it.
      (case: "dragan", tolerance: 2e-5),
      (case: "dragan-probability", tolerance: 2e-5),
      // Convolutions and transposed ones: batch norm; a penalty through tanh and leaky ReLU; spectral
      // norms under a falling rate; a penalty through a spectral norm.
      (case: "dcgan", tolerance: 2e-5),
      (case: "wgan-gp", tolerance: 2e-5),
      (case: "sngan", tolerance: 2e-5),
      (case: "dragan-conv", tolerance: 2e-5),
      // Pictures of a file, in one permutation after another: batch norm in both networks.
      (case: "pictures-dcgan", tolerance: 2e-5),
      // The second derivative of a layer norm over convolutions.
      (case: "pictures-wgan-gp", tolerance: 2e-5),
      // Spectral norms of all kinds of weights; a larger batch for the generator.
      (case: "pictures-sngan", tolerance: 2e-5),
      // R1 through convolutions, RMSProp against momentum, simultaneous, up-sampling.
      (case: "pictures-r1", tolerance: 2e-5),
    ])
  func training(name: String, tolerance: Double) throws {
    let fixture = try Fixture(name)
    let trainer = try trainer(configuration(fixture.configuration), threads: 2)
    let recorder = MemoryRecorder()
    var worst = Worst()
    for step in 0...fixture.steps.count {
      if step > 0 { try trainer.train(into: recorder, steps: 1) }
      guard let state = fixture.states.first(where: { $0.step == step }) else { continue }
      worst.compare(trainer.snapshot(), with: state)
    }
    let recorded = recorder.values
    for metric in fixture.steps[0].keys {
      let expected = fixture.steps.compactMap { $0[metric] }
      let values = try expected.indices.map {
        try #require(recorded[metric]?[$0 + 1], "\(metric) of step \($0 + 1)")
      }
      if metric == "d_accuracy" {
        for (step, (value, wanted)) in zip(values, expected).enumerated() {
          // A logit within rounding of the boundary may fall to the other side: one example.
          #expect(abs(value - wanted) <= 1.0 / 2048, "\(metric) of step \(step + 1)")
        }
      } else {
        worst.compare(values, with: expected, metric)
      }
    }
    let sampler = try Sampler(trainer.configuration, checkpoint: trainer.snapshot(), seed: 1)
    worst.compare(
      sampler.draw(count: 8).values.map(Double.init), with: fixture.samples, "samples")
    print("\(name): at most \(worst.difference) from PyTorch, in \(worst.place)")
    #expect(worst.difference <= tolerance, "\(worst.place)")
  }
}

/// The largest difference from the reference, and where.
private struct Worst {
  var difference = 0.0
  var place = "nowhere"

  /// Takes in the differences of a tensor, or of a metric's steps, as parts of its largest number.
  mutating func compare(_ values: [Double], with expected: [Double], _ place: String) {
    #expect(values.count == expected.count, "\(place)")
    let scale = expected.reduce(0) { max($0, abs($1)) }
    for (value, wanted) in zip(values, expected) where value != wanted {
      // A NaN, or anything where the reference is zero throughout, counts as infinitely far.
      let part = abs(value - wanted) / scale
      let difference = part.isNaN ? .infinity : part
      guard difference > self.difference else { continue }
      self.difference = difference
      self.place = place
    }
  }

  /// Takes in every tensor of a checkpoint.
  mutating func compare(_ snapshot: Snapshot, with state: Fixture.State) {
    #expect(Set(snapshot.tensors.map(\.name)) == Set(state.tensors.keys))
    for tensor in snapshot.tensors {
      let values = snapshot.withBytes(of: tensor) { bytes in
        bytes.bindMemory(to: Float.self).map(Double.init)
      }
      compare(
        values, with: state.tensors[tensor.name] ?? [], "\(tensor.name) after step \(state.step)")
    }
  }
}
