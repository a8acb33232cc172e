import Testing

@testable import RunModel

@Suite("The nearest known name")
struct NearestNameTests {
  static let known = ["generator", "discriminator", "epochs", "seed", "loss", "lr", "packing"]

  @Test(
    "is the one that a slip of the fingers means",
    arguments: [
      ("generatr", "generator"), ("genreator", "generator"), ("discrimintor", "discriminator"),
      ("epoch", "epochs"), ("sede", "seed"), ("los", "loss"), ("rl", "lr"), ("paking", "packing"),
      ("loss", "loss"),
    ])
  func slips(name: String, meant: String) {
    #expect(nearest(to: name, among: Self.known) == meant)
  }

  @Test(
    "is none where nothing is near", arguments: ["", "colour", "x", "generators_of_things", "é"])
  func nothing(name: String) {
    #expect(nearest(to: name, among: Self.known) == nil)
    #expect(suggestion(for: name, among: Self.known) == "")
  }

  @Test("the first of equally near ones is taken")
  func first() {
    #expect(nearest(to: "cat", among: ["bat", "hat"]) == "bat")
  }
}
