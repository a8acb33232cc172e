import Configuration
import TestSupport
import Testing

@Suite("Configurations damaged at random")
struct MutationTests {
  private static let fragments = [
    "[", "]", "{", "}", ":", ", ", "- ", "\n", "\n  ", "'", "\"", "#", "&a ", "*a", "? ", "| ",
    "> ",
    "!!int ", "~", "0", "-", "1e9", "9999999999999", ".inf", "norm: layer", "kind: sgd", "\t",
    "\u{0}", "\u{FEFF}", "é", "flatten", "<<: ", "%", "@", "`", "---\n",
  ]

  @Test("a damaged text is read, or refused with one sentence", arguments: 1...8)
  func texts(seed: UInt64) throws {
    var chance = SeededNumbers(seed: seed)
    for _ in 0..<100 {
      let name = RunConfiguration.presetNames.randomElement(using: &chance) ?? "ring"
      var text = Array(try RunConfiguration.presetText(name))
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
      guard let message = RefusalTests.message(String(text)) else { continue }
      #expect(
        message.hasPrefix("a.yaml") && !message.contains("\n") && message.count < 1000,
        "seed \(seed): \(message)\n\(String(text))")
    }
  }

  @Test("damaged options are taken, or refused with one sentence", arguments: 1...4)
  func options(seed: UInt64) throws {
    var chance = SeededNumbers(seed: seed)
    let parameters = try RunConfiguration.load(preset: "fashion-mlp").parameters
    let keys = parameters.keys.sorted()
    for _ in 0..<60 {
      var key = keys.randomElement(using: &chance) ?? ""
      if Bool.random(using: &chance) { key = String(key.prefix { $0 != "." }) }
      let value = (0..<3).map { _ in Self.fragments.randomElement(using: &chance) ?? "" }.joined()
      do {
        _ = try RunConfiguration.load(preset: "fashion-mlp", sets: ["\(key)=\(value)"])
      } catch let error as ConfigurationError {
        let message = error.description
        #expect(!message.contains("\n") && message.count < 1000, "seed \(seed): \(message)")
      }
    }
  }

  @Test("stored settings with one missing or changed are read, or refused", arguments: 1...4)
  func parameters(seed: UInt64) throws {
    var chance = SeededNumbers(seed: seed)
    let whole = try RunConfiguration.load(preset: "fashion-mlp").parameters
    for key in whole.keys.sorted() {
      var parameters = whole
      if Bool.random(using: &chance) {
        parameters[key] = nil
      } else {
        parameters[key] = whole.randomElement(using: &chance)?.value
      }
      do {
        let read = try RunConfiguration(parameters: parameters)
        #expect(try RunConfiguration(parameters: read.parameters) == read)
      } catch let error as ConfigurationError {
        #expect(error.description.hasPrefix("stored settings: "), "seed \(seed): \(error)")
      }
    }
  }
}
