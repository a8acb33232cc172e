/// A picture as cells of a terminal: two pixels a cell, the upper one in the colour of a half block, the
/// lower one behind it.
package struct PixelText: Sendable {
  /// How a terminal shows colours.
  package enum Palette: Sendable {
    /// Red, green and blue of eight bits each.
    case full
    /// The 6 × 6 × 6 colours and 24 grays of xterm.
    case indexed
    /// None: shades of one character instead.
    case none

    /// What a terminal has.
    ///
    /// - Parameter colorTerm: the variable `COLORTERM`, by which terminals say that they have all colours.
    package init(hasColor: Bool, colorTerm: String?) {
      let isFull = colorTerm == "truecolor" || colorTerm == "24bit"
      self = !hasColor ? .none : isFull ? .full : .indexed
    }
  }

  /// One pixel.
  package struct Pixel: Sendable, Equatable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    /// A pixel from its parts.
    package init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }
  }

  private let width: Int
  private let pixels: [Pixel]

  /// A picture from its pixels, row by row from the top.
  package init(width: Int, pixels: [Pixel]) {
    precondition(width > 0 && pixels.count % width == 0, "rows of \(width) pixels")
    self.width = width
    self.pixels = pixels
  }

  /// The picture's lines.
  package func text(_ palette: Palette) -> String {
    let height = pixels.count / width
    var text = ""
    for row in stride(from: 0, to: height, by: 2) {
      var last = ""
      for column in 0..<width {
        let upper = pixels[row * width + column]
        let lower = row + 1 < height ? pixels[(row + 1) * width + column] : nil
        guard palette != .none else {
          text.append(Self.shade(upper, lower ?? upper))
          continue
        }
        // SGR 38 and 48 of ECMA-48 and ISO 8613-6; 49 is the terminal's own ground.
        let colors =
          "\u{1b}[38;\(Self.code(upper, palette));"
          + (lower.map { "48;\(Self.code($0, palette))" } ?? "49") + "m"
        if colors != last { text += colors }
        text += "▀"
        last = colors
      }
      text += palette == .none ? "\n" : "\u{1b}[0m\n"
    }
    return text
  }

  private static func code(_ pixel: Pixel, _ palette: Palette) -> String {
    guard palette == .indexed else { return "2;\(pixel.red);\(pixel.green);\(pixel.blue)" }
    return "5;\(index(pixel))"
  }

  /// The nearest of xterm's 256 colours: the cube from 16 on, the grays from 232 on.
  static func index(_ pixel: Pixel) -> Int {
    let parts = [pixel.red, pixel.green, pixel.blue].map(Int.init)
    let levels = [0, 95, 135, 175, 215, 255]
    let nearest = parts.map { part in
      levels.indices.min { abs(levels[$0] - part) < abs(levels[$1] - part) } ?? 0
    }
    let gray = min(max((parts.reduce(0, +) / 3 - 3) / 10, 0), 23)
    func distance(_ color: [Int]) -> Int {
      zip(parts, color).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let isGray =
      distance(Array(repeating: 8 + 10 * gray, count: 3)) < distance(nearest.map { levels[$0] })
    return isGray ? 232 + gray : 16 + 36 * nearest[0] + 6 * nearest[1] + nearest[2]
  }

  /// A character about as light as two pixels, on a dark terminal.
  private static func shade(_ upper: Pixel, _ lower: Pixel) -> Character {
    func light(_ pixel: Pixel) -> Int {
      (299 * Int(pixel.red) + 587 * Int(pixel.green) + 114 * Int(pixel.blue)) / 1000
    }
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    // By the root of the light: a point on black, which shrinking made dim, is seen still.
    let light = light(upper) + light(lower)
    return shades[(1...4).last { $0 * $0 * 511 <= 25 * light } ?? 0]
  }
}
