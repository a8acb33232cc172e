import RunModel
import Testing

@Suite("A stranger's text in a sentence")
struct PrintableTests {
  @Test(
    "control characters never reach the output",
    arguments: [
      ("a\tb", "a\\tb"), ("a\r\nb", "a\\r\\nb"), ("\u{1b}[31m", "\\u{1b}[31m"),
      ("\u{9b}", "\\u{9b}"), ("\u{202e}x", "\\u{202e}x"), ("naïve 雪", "naïve 雪"),
      ("a\u{2028}b", "a\\u{2028}b"), ("", ""),
    ])
  func control(text: String, expected: String) {
    #expect(printable(text) == expected)
    #expect(printable(expected) == expected)
  }

  @Test(
    "a long text is cut by scalars, one that just fits is not",
    arguments: [
      ("abc", 3, "abc"), ("abcd", 3, "abc…"), ("ééé", 3, "ééé"), ("éééé", 3, "ééé…"),
      ("a\u{301}\u{301}\u{301}", 2, "a\u{301}…"), ("\n\n\n", 2, "\\n\\n…"), ("a", 0, "…"),
    ])
  func limit(text: String, limit: Int, expected: String) {
    #expect(printable(text, limit: limit).unicodeScalars.elementsEqual(expected.unicodeScalars))
  }
}
