import RunModel
import Sweeps
import Testing

@Suite("A search space")
struct SpaceTests {
  @Test("has a parameter without a condition always take part")
  func unconditional() {
    let space = Space([Parameter(key: "loss", domain: .choice([.text("hinge")]))])
    #expect(space.isActive(0, in: Assignment([nil])))
  }
}
