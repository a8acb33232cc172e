import RunModel
import Sweeps
import Testing

@Suite("A sweep's objective")
struct ObjectiveTests {
  private func objective(_ text: String, of key: String = "minimize") throws -> Objective {
    try SweepFile(
      text: smallSweep.replacing("minimize: d_loss", with: "\(key): \"\(text)\""),
      source: "a.yaml"
    ).objective
  }

  private let points: [String: [(epoch: Int, value: Double)]] = [
    "d_loss": [(1, 4), (2, 1), (3, 2), (4, 3), (5, 8)],
    "g_loss": [(1, .nan), (2, 5), (3, 7), (4, .nan)],
    "reverse_kl": [(2, .infinity), (4, 0.5)],
  ]

  @Test(
    "takes of each metric what its function says",
    arguments: [
      ("d_loss", 4, 3.0), ("last(d_loss)", 2, 1), ("last(d_loss)", 9, 8), ("min(d_loss)", 4, 1),
      ("max(d_loss)", 4, 4), ("best(d_loss)", 4, 1), ("mean(d_loss, 2)", 4, 2.5),
      ("mean(d_loss, 9)", 3, 2.3333333333333335), ("at(d_loss, 3)", 4, 2), ("min(g_loss)", 4, 5),
      ("last(reverse_kl)", 5, 0.5), ("0.7 * last(d_loss) + 0.3*min(g_loss)", 4, 3.6),
      ("(d_loss - min(d_loss)) / 4", 4, 0.5), ("-d_loss", 4, -3), ("`d_loss` * 2 + 1", 4, 7),
      ("2e-1 * d_loss", 4, 0.6),
    ] as [(String, Int, Double)])
  func values(text: String, epoch: Int, expected: Double) throws {
    let value = try #require(try objective(text).value(of: points, through: epoch))
    #expect((value - expected).magnitude < 1e-12, "\(value)")
  }

  @Test(
    "is nothing where a point is missing or not finite",
    arguments: [
      ("at(d_loss, 3)", 2), ("last(g_loss)", 4), ("mean(g_loss, 3)", 3), ("min(g_loss)", 1),
      ("max(reverse_kl)", 4), ("last(reverse_kl)", 1), ("high_quality", 5),
      ("d_loss + high_quality", 5), ("1e300 * 1e8 * d_loss + 1e300 * d_loss * 1e8", 5),
    ])
  func missing(text: String, epoch: Int) throws {
    #expect(try objective(text).value(of: points, through: epoch) == nil)
  }

  @Test("has best mean what makes the sum better")
  func best() throws {
    #expect(try objective("best(d_loss)", of: "maximize").value(of: points, through: 4) == 4)
    #expect(try objective("g_loss - best(d_loss)").value(of: points, through: 3) == 3)
    #expect(
      try objective("g_loss - best(d_loss)", of: "maximize").value(of: points, through: 3) == 6)
  }

  @Test("names its metrics, brackets and all, each once")
  func metrics() throws {
    let objective = try objective(
      "modes[8] / 8 + max(high_quality) - min(modes[8])", of: "maximize")
    #expect(objective.metrics == ["modes[8]", "high_quality"])
    #expect(objective.direction == .max)
    #expect(objective.text == "modes[8] / 8 + max(high_quality) - min(modes[8])")
  }
}
