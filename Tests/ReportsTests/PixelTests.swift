import Testing

@testable import Reports

@Suite("Pictures in text")
struct PixelTests {
  private func pixel(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> PixelText.Pixel {
    PixelText.Pixel(red: red, green: green, blue: blue)
  }

  @Test("two pixels share a cell, the upper before the lower; a last odd row stands alone")
  func cells() {
    let picture = PixelText(
      width: 1, pixels: [pixel(255, 0, 0), pixel(0, 0, 255), pixel(1, 2, 3)])
    #expect(
      picture.text(.full) == """
        \u{1b}[38;2;255;0;0;48;2;0;0;255m▀\u{1b}[0m
        \u{1b}[38;2;1;2;3;49m▀\u{1b}[0m

        """)
  }

  @Test("neighbours of the same colours are painted once")
  func runs() {
    let text = PixelText(width: 3, pixels: Array(repeating: pixel(9, 9, 9), count: 6)).text(.full)
    #expect(text == "\u{1b}[38;2;9;9;9;48;2;9;9;9m▀▀▀\u{1b}[0m\n")
  }

  @Test("without colours lighter pixels are denser")
  func shades() {
    let grays: [PixelText.Pixel] = [0, 15, 60, 120, 255].map { pixel($0, $0, $0) }
    #expect(PixelText(width: 5, pixels: grays).text(.none) == " ░▒▓█\n")
    #expect(PixelText(width: 5, pixels: grays + grays).text(.none) == " ░▒▓█\n")
  }

  @Test(
    "an indexed colour is the nearest of the cube and the grays",
    arguments: [
      (0, 0, 0, 16), (255, 255, 255, 231), (255, 0, 0, 196), (128, 128, 128, 244), (8, 8, 8, 232),
      (0, 95, 135, 24), (238, 238, 238, 255),
    ] as [(UInt8, UInt8, UInt8, Int)])
  func indexed(red: UInt8, green: UInt8, blue: UInt8, expected: Int) {
    #expect(PixelText.index(pixel(red, green, blue)) == expected)
  }

  @Test(
    "a terminal has all colours where COLORTERM says so, and none where it has no colour",
    arguments: [
      (true, "truecolor", PixelText.Palette.full), (true, "24bit", .full), (true, nil, .indexed),
      (true, "yes", .indexed), (false, "truecolor", .none),
    ] as [(Bool, String?, PixelText.Palette)])
  func palette(hasColor: Bool, colorTerm: String?, expected: PixelText.Palette) {
    #expect(PixelText.Palette(hasColor: hasColor, colorTerm: colorTerm) == expected)
  }

  @Test("kitty gets the file in pieces of 4096 characters, the last of them marked")
  func kitty() {
    let png = (0..<6200).map { UInt8($0 % 251) }
    let text = kittyGraphics(png: png, columns: 40)
    let pieces = text.split(separator: "\u{1b}\\").dropLast()
    #expect(pieces.count == 3)
    #expect(pieces.first?.hasPrefix("\u{1b}_Gf=100,a=T,q=2,c=40,m=1;") == true)
    #expect(pieces.last?.hasPrefix("\u{1b}_Gm=0;") == true)
    let lengths = pieces.map { $0.split(separator: ";", maxSplits: 1)[1].count }
    #expect(lengths == [4096, 4096, (6200 + 2) / 3 * 4 - 8192])
  }

  @Test(
    "a terminal says that it has kitty's protocol; tmux would keep it",
    arguments: [
      (["TERM": "xterm-kitty"], true), (["TERM": "xterm-ghostty"], true),
      (["TERM_PROGRAM": "WezTerm"], true), (["KITTY_WINDOW_ID": "1"], true),
      (["TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"], false),
      (["TERM": "xterm-256color"], false), ([:], false),
    ])
  func protocols(environment: [String: String], expected: Bool) {
    #expect(hasKittyGraphics { environment[$0] } == expected)
  }
}
