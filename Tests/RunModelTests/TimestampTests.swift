import RunModel
import Testing

@Suite("Times")
struct TimestampTests {
  @Test(
    "a moment reads as RFC 3339 in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_399_999_999, "2000-02-28T23:59:59.999Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
      (1_795_534_213_250_000, "2026-11-24T15:30:13.250Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
      (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
    ])
  func text(microseconds: Int64, expected: String) {
    #expect(Timestamp(microseconds: microseconds).rfc3339 == expected)
  }

  @Test("the clock goes on")
  func clock() {
    let first = Timestamp.now()
    #expect(first <= Timestamp.now())
    #expect(first.rfc3339 > "2026")
  }
}

@Suite("RFC 3339 texts")
struct TimestampTextTests {
  @Test(
    "a text is read to the microsecond, whatever its offset",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00.000001z", 1),
      ("1969-12-31 23:59:59.5Z", -500_000), ("2026-11-24T15:30:13.25+01:00", 1_795_530_613_250_000),
      ("2026-11-24T14:30:13.2500009Z", 1_795_530_613_250_000),
      ("2000-02-29T12:00:00-23:59", 951_911_940_000_000),
      ("1990-12-31T23:59:60Z", 662_688_000_000_000),
      ("1684-12-31T00:00:00Z", -8_993_721_600_000_000),
    ] as [(String, Int64)])
  func reads(text: String, microseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
  }

  @Test(
    "what is none, or no moment that a registry could keep, is not read",
    arguments: [
      "", "2026", "2026-11-24", "2026-11-24T15:30Z", "2026-11-24T15:30:13", "2026-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T15:30:13.Z",
      "2026-11-24T15:30:13Z ", "2026-11-24T15:30:13+1:00", "0001-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z", "２026-11-24T15:30:13Z",
    ])
  func refuses(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

  @Test("what is written is read back, to the millisecond")
  func roundTrip() {
    let moments: StrideTo<Int64> = stride(
      from: -8_000_000_000_000_000, to: 9_000_000_000_000_000, by: 77_777_777_777_000)
    for microseconds in moments {
      let time = Timestamp(microseconds: microseconds)
      #expect(Timestamp(rfc3339: time.rfc3339) == time)
    }
  }
}
