import RunModel
import Testing

@testable import Exchange

@Suite("Lines of log")
struct LogEntryTests {
  private static let now = Timestamp(microseconds: 5)

  private func read(_ line: String) throws(JSONFault) -> LogEntry {
    var reader = LogEntryReader()
    return try Self.read(line, by: &reader)
  }

  private static func read(
    _ line: String, by reader: inout LogEntryReader
  ) throws(JSONFault) -> LogEntry {
    let bytes = Array(line.utf8)
    return try bytes.withUnsafeBufferPointer { (bytes) throws(JSONFault) in
      try reader.read(bytes, at: now)
    }
  }

  @Test("metrics with step, epoch, images and time, in any order")
  func metrics() throws {
    let entry = try read(
      #" { "metrics" : {"d_loss":0.69, "swd[n=2048]" : -1e-3} , "time":"1970-01-01T00:00:01Z","images":64,"epoch":2,"step":7 } "#
    )
    let measurement = try #require(entry.measurement)
    #expect(measurement.step == 7 && measurement.epoch == 2 && measurement.images == 64)
    #expect(measurement.time.microseconds == 1_000_000)
    #expect(measurement.values == ["d_loss": 0.69, "swd[n=2048]": -0.001])
    let bare = try #require(try read(#"{"step":0,"metrics":{}}"#).measurement)
    #expect(bare.step == 0 && bare.epoch == nil && bare.images == nil && bare.values.isEmpty)
    #expect(bare.time == Self.now)
    #expect(
      try read(#"{"step":1,"metrics":{},"time":1.5}"#).measurement?.time.microseconds == 1_500_000)
  }

  @Test(
    "numbers that are not finite, as words and as strings",
    arguments: [
      ("NaN", Double.nan), ("Infinity", .infinity), ("-Infinity", -.infinity),
      (#""NaN""#, .nan), (#""Infinity""#, .infinity), (#""-Infinity""#, -.infinity),
    ])
  func notFinite(text: String, value: Double) throws {
    let entry = try read(#"{"step":1,"metrics":{"a":\#(text)}}"#)
    let read = try #require(entry.measurement?.values["a"])
    #expect(read == value || read.isNaN && value.isNaN)
  }

  @Test("names are the line's own, whatever the line before had")
  func names() throws {
    var reader = LogEntryReader()
    for names in [
      ["a", "b"], ["a", "b"], ["b", "a"], ["a"], ["ab", "b", "c"], ["a\"", "b"], [],
    ] {
      let members = names.map { #""\#($0.replacing("\"", with: #"\u0022"#))":1"# }
      let entry = try Self.read(
        #"{"step":1,"metrics":{\#(members.joined(separator: ","))}}"#, by: &reader)
      #expect(entry.measurement.map { Set($0.values.keys) } == Set(names))
    }
  }

  @Test("doubles are read to the nearest, as the C library reads them")
  func doubles() throws {
    var numbers: [String] = [
      "0", "-0", "0.1", "1e22", "1e23", "9007199254740993", "123456789012345678901234567890",
      "2.2250738585072011e-308", "4.9e-324", "1e-400", "1.7976931348623157e308", "0.1e1",
      "0.000000000000000000000000000000000001", "179769313486231570000e288", "1E+2", "1.5E-0",
    ]
    var state: UInt64 = 1
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      let value = Double(bitPattern: state)
      if value.isFinite { numbers.append("\(value)") }
      numbers.append("\(Double(state >> 11) / 9_007_199_254_740_992)")
    }
    for text in numbers {
      let values = try read(#"{"step":1,"metrics":{"a":\#(text)}}"#).measurement?.values
      #expect(values?["a"]?.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
  }

  @Test("a run's beginning: names, settings flattened to dotted keys in their types, tags as text")
  func header() throws {
    let entry = try read(
      #"""
      {"run":{"name":"mine","experiment":"e","tags":{"who":"me","n":3,"ok":true},"params":
      {"lr":1e-4,"n":12,"big":18000000000000000000,"on":false,"none":null,"bad":NaN,
      "layers":[{"dense":3},{"dense":4}],"empty":[],"a.b":"é"}}}
      """#)
    let header = try #require(entry.header)
    #expect(header.name == "mine" && header.experiment == "e")
    #expect(header.tags == ["who": "me", "n": "3", "ok": "true"])
    var parameters = header.parameters
    #expect(parameters.removeValue(forKey: "bad")?.doubleValue?.isNaN == true)
    #expect(
      parameters == [
        "lr": .number(1e-4), "n": .integer(12), "big": .number(1.8e19),
        "on": .boolean(false), "none": .text("null"), "layers.0.dense": .integer(3),
        "layers.1.dense": .integer(4), "empty": .text("[]"), "a.b": .text("é"),
      ])
  }

  @Test("files, messages and the end; one line may say several things")
  func others() throws {
    let checkpoint = try read(#"{"checkpoint":"a/b.safetensors","step":3,"epoch":1}"#)
    #expect(
      checkpoint.checkpoint == .init(path: "a/b.safetensors", name: nil, step: 3, epoch: 1))
    let image = try read(#"{"image":"g.png","name":"samples","step":3}"#)
    #expect(image.image == .init(path: "g.png", name: "samples", step: 3, epoch: nil))
    #expect(try read(#"{"message":"a\n\u00e9\ud83d\ude00\/"}"#).message == "a\né😀/")
    #expect(
      try read(#"{"status":"failed","failure":"why"}"#).end
        == .init(status: .failed, failure: "why"))
    let several = try read(#"{"message":"m","status":"finished","tags":{"a":"b"}}"#)
    #expect(several.message == "m" && several.end?.status == .finished && several.tags["a"] == "b")
  }

  @Test(
    "what is no such object is refused with a reason",
    arguments: [
      ("", "{ is missing"), ("nonsense", "{ is missing"), ("[]", "{ is missing"),
      ("{", "name is missing"), ("{}", "none of"), (#"{"step":1}"#, "none of"),
      (#"{"steps":1,"metrics":{}}"#, "'steps' is none of"),
      (#"{"metrics":{"a":1}}"#, "needs a step"), (#"{"checkpoint":"f"}"#, "needs a step"),
      (#"{"step":1,"metrics":{"a":1}} x"#, "something follows"),
      (#"{"step":1,"metrics":{"a":1},}"#, "name is missing"),
      (#"{"step":1,"step":2,"metrics":{}}"#, "'step' stands twice"),
      (#"{"step":1,"metrics":{"a":1,"a":2}}"#, "'a' stands twice"),
      (#"{"step":1,"metrics":{"":1}}"#, "empty"), (#"{"step":1,"metrics":{"a":null}}"#, "number"),
      (#"{"step":1,"metrics":{"a":true}}"#, "number"),
      (#"{"step":1,"metrics":{"a":"1"}}"#, "number"),
      (#"{"step":1,"metrics":{"a":01}}"#, "number"), (#"{"step":1,"metrics":{"a":1.}}"#, "number"),
      (#"{"step":1,"metrics":{"a":.5}}"#, "number"), (#"{"step":1,"metrics":{"a":+1}}"#, "number"),
      (#"{"step":1,"metrics":{"a":0x1}}"#, "comma"), (#"{"step":1,"metrics":{"a":1e}}"#, "number"),
      (#"{"step":1,"metrics":{"a":1e999}}"#, "beyond"),
      (#"{"step":1,"metrics":{"a":nan}}"#, "number"),
      (#"{"step":1,"metrics":[1]}"#, "object"), (#"{"step":-1,"metrics":{}}"#, "whole number"),
      (#"{"step":1.5,"metrics":{}}"#, "whole number"),
      (#"{"step":1e17,"metrics":{}}"#, "whole number"),
      (#"{"step":"1","metrics":{}}"#, "number"),
      (#"{"step":1,"time":"soon","metrics":{}}"#, "RFC 3339"),
      (#"{"message":"a"# + "\u{1}" + #""}"#, "control"), (#"{"message":"\x"}"#, "escape"),
      (#"{"message":"\u0000"}"#, "NUL"), (#"{"message":"\ud800"}"#, "surrogate"),
      (#"{"message":"\ud800\u0041"}"#, "surrogate"), (#"{"message":"\u12g4"}"#, "hexadecimal"),
      (#"{"message":"a"#, "no end"), (#"{"status":"running"}"#, "none of finished"),
      (#"{"status":"finished","failure":"x"}"#, "failure belongs"),
      (#"{"run":{"nam":"x"}}"#, "'nam' is none of"), (#"{"run":{"name":"x","name":"y"}}"#, "twice"),
      (#"{"params":{"a":{"b":1},"a.b":2}}"#, "'a.b' stands twice"), (#"{"params":[1]}"#, "object"),
      (#"{"params":{"a":"# + String(repeating: "[", count: 100), "32 objects"),
      (#"{"tags":{"a":[]}}"#, "number"),
    ])
  func refuses(line: String, reason: String) throws {
    let fault = try #require(throws: JSONFault.self) { try read(line) }
    #expect(fault.reason.contains(reason), "\(fault.reason)")
    #expect((1...line.utf8.count + 1).contains(fault.column))
  }

  @Test("bytes that are not UTF-8 are refused")
  func notUTF8() {
    for bytes in [
      [0x7B, 0x22, 0xFF, 0x22], Array(#"{"message":""#.utf8) + [0xC3, 0x28, 0x22, 0x7D],
    ] {
      var reader = LogEntryReader()
      #expect(throws: JSONFault.self) {
        try bytes.map { UInt8($0) }.withUnsafeBufferPointer { (bytes) throws(JSONFault) in
          try reader.read(bytes, at: Self.now)
        }
      }
    }
  }

  @Test("every beginning of a line is refused or read, and never reads beyond it")
  func cut() {
    let line = Array(
      #"{"step":12,"metrics":{"d_loss":-1.5e-3,"b":"NaN","c":-Infinity},"time":"2026-11-24T15:30:13Z","tags":{"\u00e9":true}}"#
        .utf8)
    for end in line.indices {
      // Memory of its own, so that a byte beyond would be another's.
      let part = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: end)
      defer { part.deallocate() }
      _ = part.initialize(from: line[..<end])
      var reader = LogEntryReader()
      #expect(throws: JSONFault.self) {
        try reader.read(UnsafeBufferPointer(part), at: Self.now)
      }
    }
  }
}
