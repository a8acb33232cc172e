/// A pattern of `like`: `%` stands for any characters, `_` for any one.
struct Pattern {
  private let scalars: [Unicode.Scalar]
  private let ignoresCase: Bool

  init(_ pattern: String, ignoresCase: Bool) {
    self.ignoresCase = ignoresCase
    scalars = Self.scalars(of: pattern, ignoresCase)
  }

  /// Whether a whole text fits.
  ///
  /// Only the last `%` is ever returned to, which takes at most pattern times text many steps.
  func fits(_ text: String) -> Bool {
    let text = Self.scalars(of: text, ignoresCase)
    var (at, inPattern) = (0, 0)
    var star: (at: Int, inPattern: Int)?
    while at < text.count {
      if inPattern < scalars.count, scalars[inPattern] == "%" {
        star = (at, inPattern + 1)
        inPattern += 1
      } else if inPattern < scalars.count,
        scalars[inPattern] == "_" || scalars[inPattern] == text[at]
      {
        at += 1
        inPattern += 1
      } else if let last = star {
        star = (last.at + 1, last.inPattern)
        (at, inPattern) = (last.at + 1, last.inPattern)
      } else {
        return false
      }
    }
    return scalars[inPattern...].allSatisfy { $0 == "%" }
  }

  /// Of letters SQLite's `like` takes those of ASCII in either case as equal, and no others.
  private static func scalars(of text: String, _ ignoresCase: Bool) -> [Unicode.Scalar] {
    text.unicodeScalars.map { scalar in
      ignoresCase && ("A"..."Z").contains(scalar)
        ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }
  }
}
