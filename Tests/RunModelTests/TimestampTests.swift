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
