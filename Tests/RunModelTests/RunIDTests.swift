import RunModel
import Testing

@Suite("Run ids")
struct RunIDTests {
  /// Random bits that are all equal.
  private struct Constant: RandomNumberGenerator {
    var bits: UInt64
    mutating func next() -> UInt64 { bits }
  }

  @Test(
    "an id holds its milliseconds above its random bits",
    arguments: [
      (0, 0, "r0000000000000"), (1, 0, "r0000000080000"), (0, UInt64.max, "r000000007zzzz"),
      (4_398_046_511_103, UInt64.max, "rzzzzzzzzzzzzz"),
      // Past 2^42 ms, in the year 2109, ids begin anew.
      (4_398_046_511_104, 0, "r0000000000000"), (-5, 0, "r0000000000000"),
    ])
  func layout(milliseconds: Int64, bits: UInt64, expected: String) {
    var random = Constant(bits: bits)
    let id = RunID(at: Timestamp(microseconds: milliseconds * 1000), using: &random)
    #expect(id.rawValue == expected)
    #expect(RunID(rawValue: id.rawValue) == id)
  }

  @Test("ids sort by the time they were made")
  func order() {
    var random = SystemRandomNumberGenerator()
    var last = RunID(at: Timestamp(microseconds: 1_000_000), using: &random)
    for step in 1...500 {
      let id = RunID(
        at: Timestamp(microseconds: 1_000_000 + Int64(step) * 1_777_777_000), using: &random)
      #expect(last < id)
      last = id
    }
  }

  @Test(
    "a text that is no id is none",
    arguments: [
      "", "r", "r000000000000", "r00000000000000", "x0000000000000", "r000000000000i",
      "R0000000000000", "r00000000000é",
    ])
  func invalid(text: String) {
    #expect(RunID(rawValue: text) == nil)
  }

  @Test(
    "a prefix is what an id could begin with",
    arguments: [
      ("r", true), ("r0z", true), ("r0000000000000", true), ("", false), ("ring", false),
      ("0", false), ("r00000000000000", false), ("r*", false),
    ])
  func prefixes(text: String, isPrefix: Bool) {
    #expect(RunID.isPrefix(text) == isPrefix)
  }
}

@Suite("What an id tells")
struct RunIDTimeTests {
  @Test(
    "an id tells the millisecond that it was made at",
    arguments: [0, 1, 1_795_680_660_132, 1 << 42 - 1])
  func time(milliseconds: Int64) {
    for bits in [0, 1, 1 << 23 - 1] as [UInt64] {
      let id = RunID(at: Timestamp(microseconds: milliseconds * 1000 + 999), bits: bits)
      #expect(id.time.microseconds == milliseconds * 1000)
      #expect(RunID(rawValue: id.rawValue) == id)
    }
  }
}
