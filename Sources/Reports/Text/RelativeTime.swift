package import RunModel

/// How long before `now` a moment lies, in its largest whole unit: `4 minutes ago`, `just now`.
///
/// A moment up to a minute ahead, as another machine's clock may put it, is `just now` as well; one
/// further ahead is given whole.
package func relativeTime(from time: Timestamp, to now: Timestamp) -> String {
  let seconds = (now.microseconds - time.microseconds) / 1_000_000
  if seconds < -60 { return time.rfc3339 }
  if seconds < 10 { return "just now" }
  for (unit, length) in [
    ("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3600), ("minute", 60),
  ] as [(String, Int64)] where seconds >= length {
    let count = seconds / length
    return "\(count) \(unit)\(count == 1 ? "" : "s") ago"
  }
  return "\(seconds) seconds ago"
}

/// How long something took: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
package func durationText(microseconds: Int64) -> String {
  let seconds = max(0, microseconds / 1_000_000)
  if seconds < 60 { return "\(seconds) s" }
  if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
  if seconds < 86_400 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
  return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
}

/// A number of bytes in binary units with one decimal: `512 B`, `1.4 MiB`.
package func byteText(_ bytes: Int) -> String {
  if bytes < 1024 { return "\(bytes) B" }
  var value = Double(bytes)
  for unit in ["KiB", "MiB", "GiB", "TiB"] {
    value /= 1024
    if value < 1023.95 || unit == "TiB" {
      let tenths = Int((value * 10).rounded())
      return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
  }
  return "\(bytes) B"
}
