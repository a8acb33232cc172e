import RunModel

/// How the curves of one chart, or of several that share a legend, are told apart.
package struct CurvePen: Sendable {
  private let areFaint: [Bool]
  /// Whether colours alone tell the curves apart, so that cells can show dots.
  let drawsDots: Bool

  /// Pens for curves in their order.
  ///
  /// - Parameter areFaint: for each curve whether it is drawn faintly.
  package init(areFaint: [Bool], hasColor: Bool) {
    self.areFaint = areFaint
    let strong = areFaint.count { !$0 }
    // Without colours one curve alone can be dots; more would run into one another.
    drawsDots = hasColor ? strong <= Self.paints.count : areFaint.count == 1
  }

  private static let paints: [Paint] = [.active, .caution, .violet, .good, .blue, .bad]
  private static let marks = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

  /// The colour of a curve.
  package func paint(_ curve: Int) -> Paint {
    areFaint[curve] ? .faint : Self.paints[place(of: curve) % Self.paints.count]
  }

  /// The character that stands for a curve where dots do not.
  package func mark(_ curve: Int) -> Character {
    areFaint[curve] ? "·" : Self.marks[place(of: curve) % Self.marks.count]
  }

  /// Whether a curve gives way to others in its cell.
  func isFaint(_ curve: Int) -> Bool { areFaint[curve] }

  /// The curve's place among those that are not faint.
  private func place(of curve: Int) -> Int { areFaint[..<curve].count { !$0 } }

  /// Names with what their curves are drawn with, wrapped to the medium's width.
  package func legend(_ names: [String], for medium: Medium, indent: Int = 0) -> String {
    let start = String(repeating: " ", count: indent)
    let room = max(8, medium.width - indent)
    var text = start
    var used = 0
    for (curve, name) in names.enumerated() {
      let shown = truncated(printable(name), to: room - 2)
      let needed = 2 + columns(of: shown)
      if used > 0, used + 3 + needed > room {
        text += "\n" + start
        used = 0
      }
      let mark = drawsDots ? (areFaint[curve] ? "·" : "━") : String(mark(curve))
      text += (used > 0 ? "   " : "") + medium.paint(mark, paint(curve)) + " " + shown
      used += (used > 0 ? 3 : 0) + needed
    }
    return text + "\n"
  }
}
