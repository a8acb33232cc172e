import Configuration
import RunModel
import Sweeps
import TestSupport
import Testing

@Suite("Sweep files damaged at random")
struct SweepMutationTests {
  private static let fragments = [
    "[", "]", "{", "}", ":", ", ", "- ", "\n", "\n  ", "'", "\"", "#", "&a ", "? ", "| ", "~", "0",
    "-", "1e9", "9999999999999999999", ".inf", ".nan", "log", "int: ", "when: ", "tie: ", "true",
    "\t", "\u{0}", "é", "(", ")", "*", "/", "last(", " and ", " not ", "`", "---\n", "epochs",
  ]

  @Test("a damaged text is read, or refused with one sentence", arguments: 1...4)
  func texts(seed: UInt64) throws {
    var chance = SeededNumbers(seed: seed)
    let example = try SweepFileTests.example()
    for _ in 0..<30 {
      var text = Array(Bool.random(using: &chance) ? example : smallSweep)
      for _ in 0..<Int.random(in: 1...4, using: &chance) {
        let place = Int.random(in: 0..<text.count, using: &chance)
        switch Int.random(in: 0..<3, using: &chance) {
        case 0: text.remove(at: place)
        case 1: text.swapAt(place, Int.random(in: 0..<text.count, using: &chance))
        default:
          let fragment = Self.fragments.randomElement(using: &chance) ?? ""
          text.insert(contentsOf: fragment, at: place)
        }
      }
      guard let message = SweepFileRefusalTests.refusal(String(text)) else { continue }
      #expect(
        message.hasPrefix("a.yaml") && !message.contains("\n") && message.count < 1000,
        "seed \(seed): \(message)\n\(String(text))")
    }
  }
}
