extension Timestamp {
  /// A moment as people write it: RFC 3339, or the front of it, as `2026-11-24` and `2026-11-24 15:30`;
  /// without an offset it is in UTC.
  public init?(parsing text: String) {
    for rest in ["", "Z", ":00Z", "T00:00:00Z"] {
      if let time = Timestamp(rfc3339: text + rest) {
        self = time
        return
      }
    }
    return nil
  }

  /// Microseconds of a second, a minute, an hour, a day and a week, by the letters that people write.
  package static let units: [Character: Double] = [
    "s": 1e6, "m": 60e6, "h": 3600e6, "d": 86_400e6, "w": 604_800e6,
  ]
}
