import RunModel
import Testing

@testable import Reports

@Suite("JSON and CSV")
struct FormatTests {
  @Test(
    "a JSON value on one line",
    arguments: [
      (JSONValue.null, "null"), (.boolean(true), "true"), (.integer(.max), "9223372036854775807"),
      (.number(0.1), "0.1"), (.number(2), "2"), (.number(1e-8), "1e-08"), (.number(-0.0), "-0"),
      (.number(.nan), #""NaN""#), (.number(.infinity), #""Infinity""#),
      (.number(-.infinity), #""-Infinity""#), (.array([]), "[]"), (.object([]), "{}"),
      (.string("a\"\\\n\t\u{1b}é\u{7f}"), #""a\"\\\n\t\u001bé\u007f""#),
      (.object([("b", .integer(1)), ("a", .array([.null, .null]))]), #"{"b":1,"a":[null,null]}"#),
    ])
  func line(value: JSONValue, expected: String) {
    #expect(value.line == expected)
  }

  @Test("a JSON text is indented by two spaces and ends in a line end")
  func text() {
    let value = JSONValue.object([("a", .array([.integer(1)])), ("b", .object([]))])
    #expect(value.text == "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}\n")
  }

  @Test("a number's text reads back to the same bits")
  func shortest() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<1000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let text = JSONValue.number(value).line
      #expect(Double(text)?.bitPattern == value.bitPattern, "bits \(value.bitPattern): \(text)")
    }
  }

  @Test(
    "a CSV field is quoted where RFC 4180 asks for it",
    arguments: [
      ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"so\"", "\"say \"\"so\"\"\""),
      ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""),
    ])
  func quoting(field: String, expected: String) {
    #expect(csvLine([field, "x"]) == expected + ",x\n")
  }
}
