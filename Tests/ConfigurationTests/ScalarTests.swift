import RunModel
import Testing

@testable import Configuration

@Suite("Scalars")
struct ScalarTests {
  @Test(
    "a plain scalar is what YAML's core schema says",
    arguments: [
      ("1", .integer(1)), ("-7", .integer(-7)), ("+3", .integer(3)), ("007", .integer(7)),
      ("1.5", .number(1.5)), ("1e-5", .number(1e-5)), ("1E+3", .number(1000)),
      (".5", .number(0.5)), ("5.", .number(5)), (".inf", .number(.infinity)),
      ("-.inf", .number(-.infinity)), ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("true", .boolean(true)),
      ("FALSE", .boolean(false)), ("yes", .text("yes")), ("no", .text("no")),
      ("1_000", .text("1_000")),
      ("0x10", .text("0x10")), ("1-2", .text("1-2")), ("e5", .text("e5")), ("-", .text("-")),
      ("inf", .text("inf")), ("nan", .text("nan")), ("1e", .text("1e")), ("ring", .text("ring")),
    ] as [(String, ParameterValue)])
  func plain(text: String, value: ParameterValue) {
    #expect(Scalar(text: text, isQuoted: false).value == value)
    #expect(Scalar(text: text, isQuoted: true).value == .text(text))
  }

  @Test("nothing is null", arguments: ["", "~", "null", "NULL"])
  func null(text: String) {
    #expect(Scalar(text: text, isQuoted: false).value == nil)
  }

  @Test(
    "a value outside its type's range is none",
    arguments: [
      (.integer(1...3), "0", false), (.integer(1...3), "3", true), (.integer(1...3), "1.0", false),
      (.number(.fraction), "1", false), (.number(.fraction), "0", true),
      (.number(.positive), "0", false), (.number(.positive), "1e-300", true),
      (.number(.any), ".nan", false), (.number(.any), "-1e31", false), (.number(.any), "x", false),
      (.boolean, "1", false), (.text, "12", true), (.text, "", false),
      (.choice(["a", "b"]), "b", true), (.choice(["a"]), "c", false),
      (.choice(["1"]), "1", true), (.layers, "x", false),
    ] as [(SettingType, String, Bool)])
  func ranges(type: SettingType, text: String, isTaken: Bool) {
    #expect((type.value(of: Scalar(text: text, isQuoted: false)) != nil) == isTaken)
  }

  @Test("texts of files are shown on one line, cut where they are long")
  func shownTexts() {
    #expect(shown("a b-c_d") == "a b-c_d")
    #expect(shown("a\nb\u{1B}c") == #"a\nb\u{1b}c"#)
    #expect(shown(String(repeating: "é", count: 99)).count == 61)
  }
}
