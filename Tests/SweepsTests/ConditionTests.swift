import RunModel
import Sweeps
import Testing

@Suite("A parameter's condition")
struct ConditionTests {
  private let values: [String: ParameterValue] = [
    "loss": .text("wasserstein-gp"), "generator.optimizer.lr": .number(0.01),
    "schedule.discriminator": .integer(5), "alpha": .boolean(true), "odd name": .text("50%"),
  ]

  @Test(
    "is true or not of the values of parameters",
    arguments: [
      ("loss = 'wasserstein-gp'", true), ("loss != 'wasserstein-gp'", false),
      ("params.loss = 'wasserstein-gp'", true), ("loss in ('hinge', 'wasserstein-gp')", true),
      ("loss not in ('hinge', 'wasserstein-gp')", false), ("loss like 'wasserstein%'", true),
      ("loss like 'Wasserstein%'", false), ("loss ilike 'WASSER_TEIN%p'", true),
      ("loss like '%gp%gp'", false), ("loss like '%'", true), ("loss like ''", false),
      ("loss > 'wasserstein'", true), ("loss = 5", false), ("loss != 5", true),
      ("generator.optimizer.lr < 2e-2", true), ("generator.optimizer.lr >= 0.01", true),
      ("generator.optimizer.lr <= 0", false), ("schedule.discriminator = 5", true),
      ("schedule.discriminator = 5.0", true), ("schedule.discriminator > 4.5", true),
      ("alpha = true", true), ("alpha != true", false), ("alpha = 'true'", false),
      ("`odd name` like '%!%' or `odd name` = '50%'", true),
      ("not loss = 'hinge' and schedule.discriminator in (4, 5)", true),
      ("loss = 'hinge' or (alpha = false or schedule.discriminator < 6)", true),
      ("loss is null", false), ("loss is not null", true), ("missing is null", true),
      // Unknown is not true, and neither is its contrary.
      ("missing = 1", false), ("not missing = 1", false), ("missing != 1", false),
      ("missing = 1 or alpha = true", true), ("missing = 1 and alpha = true", false),
      ("not (missing = 1 and alpha = false)", true), ("loss < 5", false), ("not loss < 5", false),
      ("alpha like 't%'", false), ("not alpha like 't%'", false),
      ("generator.optimizer.lr != nan", true), ("generator.optimizer.lr = nan", false),
    ])
  func truth(text: String, expected: Bool) throws {
    #expect(try Condition(parsing: text).holds { values[$0] } == expected)
  }

  @Test("names the parameters that it reads")
  func keys() throws {
    let condition = try Condition(parsing: "b.c = 1 and (params.a = 2 or `b.c` is null)")
    #expect(condition.keys == ["b.c", "a"])
  }

  @Test("takes a hostile pattern in good time")
  func pattern() throws {
    let condition = try Condition(parsing: "a like '\(String(repeating: "%a", count: 400))b'")
    #expect(!condition.holds { _ in .text(String(repeating: "a", count: 2000)) })
  }
}
