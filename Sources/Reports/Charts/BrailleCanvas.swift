/// Dots in cells of two by four, as Unicode's Braille patterns hold them (U+2800 to U+28FF).
struct BrailleCanvas: Sendable {
  /// Cells across and down.
  let width: Int
  let height: Int
  /// A cell's dots as the low byte of its character, row by row.
  private var cells: [UInt8]

  /// An empty canvas of so many cells.
  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    cells = Array(repeating: 0, count: width * height)
  }

  /// Dots across and down.
  var dotsAcross: Int { 2 * width }
  var dotsDown: Int { 4 * height }

  /// The dots of one cell.
  subscript(column: Int, row: Int) -> UInt8 { cells[row * width + column] }

  /// A place among the dots, from the left and from the top.
  struct Dot: Sendable, Equatable {
    var x: Int
    var y: Int
  }

  /// Sets one dot.
  mutating func set(_ dot: Dot) {
    // The pattern's bits count the left column's upper three dots, then the right one's, then the
    // lowest two, which were added later (Unicode, chapter 21.1).
    let bit: UInt8 =
      switch (dot.x % 2, dot.y % 4) {
      case (0, 3): 0x40
      case (1, 3): 0x80
      case (0, let row): 1 << UInt8(row)
      case (_, let row): 8 << UInt8(row)
      }
    cells[dot.y / 4 * width + dot.x / 2] |= bit
  }

  /// Sets the dots of a straight line, both ends among them.
  mutating func line(from start: Dot, to end: Dot) {
    let (across, down) = (end.x - start.x, end.y - start.y)
    let steps = max(abs(across), abs(down))
    guard steps > 0 else { return set(start) }
    for step in 0...steps {
      set(Dot(x: start.x + divided(across * step, steps), y: start.y + divided(down * step, steps)))
    }
  }

  /// A quotient rounded to the nearest whole number.
  private func divided(_ number: Int, _ divisor: Int) -> Int {
    (2 * number + (number < 0 ? -divisor : divisor)) / (2 * divisor)
  }
}

/// The character of a cell's dots.
func brailleCharacter(_ dots: UInt8) -> Character {
  Character(Unicode.Scalar(UInt32(0x2800) + UInt32(dots)) ?? " ")
}
