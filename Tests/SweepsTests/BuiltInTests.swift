import Configuration
import RunModel
import Sweeps
import Testing

@Suite("Sweeps that come with the program")
struct BuiltInTests {
  @Test("are read, each under its name", arguments: SweepFile.builtInNames)
  func read(name: String) throws {
    let file = try SweepFile.builtIn(named: name)
    #expect(file.name == name)
    #expect(try SweepFile(text: file.text, source: "a.yaml").digest == file.digest)
  }

  @Test("are suggested to a mistyped name")
  func suggested() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try SweepFile.builtIn(named: "lucic-wid")
    }
    #expect(
      error.description
        == "there is no sweep 'lucic-wid' (did you mean 'lucic-wide'?); built in are "
        + "ring-lr, lucic-narrow, lucic-wide")
    #expect(error.kind == .usage)
  }

  @Test(
    "train each loss of Lucic and others as their presets do",
    arguments: [
      ("lucic-narrow", "minimax", "lucic-mm"), ("lucic-narrow", "nonsaturating", "lucic-ns"),
      ("lucic-narrow", "least-squares", "lucic-lsgan"),
      ("lucic-narrow", "wasserstein", "lucic-wgan"),
      ("lucic-narrow", "wasserstein-gp", "lucic-wgan-gp"),
      ("lucic-narrow", "dragan", "lucic-dragan"), ("lucic-wide", "minimax", "lucic-mm"),
      ("lucic-wide", "nonsaturating", "lucic-ns"), ("lucic-wide", "least-squares", "lucic-lsgan"),
      ("lucic-wide", "wasserstein", "lucic-wgan"),
      ("lucic-wide", "wasserstein-gp", "lucic-wgan-gp"), ("lucic-wide", "dragan", "lucic-dragan"),
    ])
  func lucic(name: String, loss: String, preset: String) throws {
    let file = try SweepFile.builtIn(named: name)
    let own = try RunConfiguration.load(preset: preset).parameters
    // The preset's own values of what is searched, and the first choice of the rest.
    var assignment = Assignment(Array(repeating: nil, count: file.space.parameters.count))
    for (index, parameter) in file.space.parameters.enumerated()
    where file.space.isActive(index, in: assignment) {
      assignment.values[index] =
        switch parameter.domain {
        case .choice(let values):
          parameter.key == "loss"
            ? .text(loss) : values.first { $0 == own[parameter.key] } ?? values[0]
        case .range, .log, .int: own[parameter.key]
        }
    }
    let made = try file.configuration(of: assignment, seed: 1, epochs: 20)
    let expected = try RunConfiguration.load(preset: preset)
    // The narrow search gives each loss one update of each network, and all the same beta1.
    let fixed = [
      "steps_per_epoch", "schedule.discriminator", "generator.optimizer.beta1",
      "discriminator.optimizer.beta1",
    ]
    #expect(made.differsInResultSettings(from: expected).filter { !fixed.contains($0) } == [])
    #expect(made.evaluation.metrics == [.swd])
  }
}
