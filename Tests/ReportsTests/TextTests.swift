import RunModel
import Testing

@testable import Reports

@Suite("Text")
struct TextTests {
  static let now = Timestamp(microseconds: 1_795_521_600_000_000)
  static let terminal = Medium(isTerminal: true, width: 40, hasColor: false, now: now)
  static let pipe = Medium(isTerminal: false, width: 40, hasColor: false, now: now)

  private func table(name: String = "ring") -> Table {
    Table(
      columns: [
        Table.Column("name", isFlexible: true), Table.Column("epoch", isNumeric: true),
        Table.Column("pins"),
      ],
      rows: [[Table.Cell(name), "5", "best"], ["fashion", "12", ""]])
  }

  @Test("a table on a terminal is aligned under a header, without trailing spaces")
  func aligned() {
    #expect(
      table().text(for: Self.terminal) == """
        NAME     EPOCH  PINS
        ring         5  best
        fashion     12

        """)
  }

  @Test("a piped table is tab-separated, with every cell and without a header")
  func tabSeparated() {
    #expect(table().text(for: Self.pipe) == "ring\t5\tbest\nfashion\t12\t\n")
  }

  @Test("a flexible column gives way where the terminal is narrow, a pipe cuts nothing")
  func narrow() {
    let long = String(repeating: "long", count: 20)
    let lines = table(name: long).text(for: Self.terminal).split(separator: "\n")
    #expect(lines.allSatisfy { columns(of: String($0)) <= 40 })
    #expect(lines[1].contains("…"))
    #expect(table(name: long).text(for: Self.pipe).contains(long))
  }

  @Test("colour stands around a cell's text, never around its padding")
  func color() {
    var medium = Self.terminal
    medium.hasColor = true
    let table = Table(
      columns: [Table.Column("a"), Table.Column("b")], rows: [[Table.Cell("x", .good), "y"]])
    #expect(table.text(for: medium).hasSuffix("\u{1b}[32mx\u{1b}[0m  y\n"))
  }

  @Test(
    "a text's columns are those of a terminal",
    arguments: [("", 0), ("ring", 4), ("雪", 2), ("e\u{301}", 1), ("🦊", 2), ("…", 1)])
  func width(text: String, expected: Int) {
    #expect(columns(of: text) == expected)
  }

  @Test(
    "a time is given in its largest whole unit",
    arguments: [
      (-120, "2026-11-24T12:02:00.000Z"), (-30, "just now"), (0, "just now"),
      (10, "10 seconds ago"),
      (59, "59 seconds ago"), (60, "1 minute ago"), (3599, "59 minutes ago"),
      (7200, "2 hours ago"), (86_400 * 3, "3 days ago"), (31_557_600, "1 year ago"),
    ] as [(Int64, String)])
  func relative(seconds: Int64, expected: String) {
    let time = Timestamp(microseconds: Self.now.microseconds - seconds * 1_000_000)
    #expect(relativeTime(from: time, to: Self.now) == expected)
  }

  @Test(
    "bytes and durations read well",
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_048_575, "1.0 MiB"),
      (1_500_000, "1.4 MiB"), (5 << 30, "5.0 GiB"),
    ])
  func bytes(count: Int, expected: String) {
    #expect(byteText(count) == expected)
  }

  @Test(
    "durations read well",
    arguments: [(0, "0 s"), (59, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
      as [(Int64, String)])
  func durations(seconds: Int64, expected: String) {
    #expect(durationText(microseconds: seconds * 1_000_000) == expected)
  }
}

@Suite("Groups")
struct GroupTests {
  @Test("dotted keys stand by their group, wrapped where the terminal ends")
  func groups() {
    let medium = Medium(isTerminal: true, width: 46, hasColor: false, now: noon)
    let pairs = [
      ("batch_size", "64"), ("data.kind", "ring"), ("data.radius", "2"), ("epochs", "3"),
      ("generator.layers.0.dense", "128"), ("generator.layers.0.activation.leaky-relu", "0.2"),
      ("generator.layers.1.dense", "2"),
    ]
    #expect(
      groupsText(pairs, for: medium) == """
                              batch_size 64, epochs 3
          data                kind ring, radius 2
          generator.layers.0  dense 128,
                              activation.leaky-relu 0.2
          generator.layers.1  dense 2

        """)
  }
}
