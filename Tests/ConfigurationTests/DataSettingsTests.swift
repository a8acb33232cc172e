import Configuration
import RunModel
import Testing

@Suite("Settings of data")
struct DataSettingsTests {
  private static func load(_ sets: String...) throws -> RunConfiguration {
    try RunConfiguration.load(file: ("a.yaml", minimal), sets: sets)
  }

  @Test("each kind of data has its own keys and defaults")
  func kinds() throws {
    #expect(try Self.load("data={kind: swiss-roll}").data == .swissRoll(stddev: 0.05))
    let digits = try Self.load("data={kind: digits}")
    guard case .digits(nil, let settings) = digits.data else {
      Issue.record("\(digits.data)")
      return
    }
    #expect(settings.range == -1...1 && settings.heldOut == 0.05)
    #expect(digits.parameters["data.path"] == nil)
    let idx = try Self.load("data={kind: idx, path: a.gz, labels: b.gz, range: [0, 1]}")
    guard case .idx("a.gz", "b.gz", let own) = idx.data else {
      Issue.record("\(idx.data)")
      return
    }
    #expect(own.range == 0...1)
    let images = try Self.load("data={kind: images, path: p, size: 32}")
    guard case .images("p", 32, 3, _) = images.data else {
      Issue.record("\(images.data)")
      return
    }
    #expect(images.parameters["data.held_out"] == .number(0.05))
    #expect(images.parameters["steps_per_epoch"] == nil)
  }

  @Test(
    "impossible data is refused by its key",
    arguments: [
      ("{kind: idx}", "data.path is missing"), ("{kind: images, path: p}", "data.size is missing"),
      ("{kind: images, path: p, size: 30}", "multiple of 4"),
      ("{kind: images, path: p, size: 512}", "from 4 to 256"),
      ("{kind: images, path: p, size: 32, channels: 2}", "1 (gray) or 3 (colour)"),
      ("{kind: digits, held_out: 0}", "0 < x < 1"), ("{kind: digits, held_out: 1}", "0 < x < 1"),
      ("{kind: digits, range: [0, 255]}", "[-1, 1] or [0, 1]"),
      ("{kind: ring, held_out: 0.1}", "belongs to data.kind digits, idx, images"),
      ("{kind: fashion-mnist, held_out: 0.1}", "belongs to data.kind"),
      ("{kind: digits, labels: x}", "belongs to data.kind idx"),
    ])
  func refused(data: String, says: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try Self.load("data=\(data)") }
    #expect(error.description.contains(says), "\(error)")
  }

  @Test("where data lies never changes a result, what it is made into does")
  func results() throws {
    let here = try Self.load("data={kind: images, path: p, size: 32}")
    let there = try Self.load("data={kind: images, path: q, size: 32}")
    let larger = try Self.load("data={kind: images, path: p, size: 64}")
    #expect(here.differsInResultSettings(from: there).isEmpty)
    #expect(here.differsInResultSettings(from: larger) == ["data.size"])
  }
}
