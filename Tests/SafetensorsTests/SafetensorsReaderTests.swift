import Foundation
import Safetensors
import TestSupport
import Testing

/// The entry of a tensor of one number.
private let a = #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

@Suite("Reading safetensors")
struct SafetensorsReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.file("x.safetensors") }

  private func open(_ bytes: Data) throws -> SafetensorsReader {
    try bytes.write(to: URL(fileURLWithPath: path))
    return try SafetensorsReader(path: path)
  }

  private func refusal(_ bytes: Data) throws -> String {
    let error = try #require(throws: SafetensorsError.self) { try open(bytes) }
    #expect(error.kind == .invalid && error.description.hasPrefix(path), "\(error)")
    return error.description
  }

  @Test("what the writer wrote is read again, names, shapes, texts and bytes")
  func roundTrip() throws {
    try SafetensorsWriter.write(
      tensors: [
        .init(name: "b", shape: [2, 1], values: [1.5, -2]),
        .init(name: "a", shape: [], values: [3]),
        .init(name: "none", shape: [0, 5], values: []),
      ], metadata: ["k\"\\\n\u{1}é": "v", "": "empty"], to: path)
    let file = try SafetensorsReader(path: path)
    #expect(file.tensors.map(\.name) == ["a", "b", "none"])
    #expect(file.tensors.map(\.shape) == [[], [2, 1], [0, 5]])
    #expect(file.tensors.map(\.byteCount) == [4, 8, 0])
    #expect(file.tensors.allSatisfy { $0.dtype == .f32 })
    #expect(file.metadata == ["k\"\\\n\u{1}é": "v", "": "empty"])
    var second: Float = 0
    try withUnsafeMutableBytes(of: &second) { try file.read(file.tensors[1], from: 4, into: $0) }
    #expect(second == -2)
  }

  @Test("numbers, escapes and spaces are read as JSON has them")
  func text() throws {
    let header =
      "{ \"\\u0061\\ud83d\\ude00\\/\\t\" :\n{\"data_offsets\":[ 0 ,8],\"shape\":[2 ],\t"
      + "\"dtype\":\"\\u0046\\u00332\"}} \n"
    let file = try open(safetensors(header, bytes: 8))
    #expect(file.tensors.map(\.name) == ["a😀/\t"] && file.tensors[0].dtype == .f32)
    #expect(try open(safetensors("{}", bytes: 0)).tensors.isEmpty)
  }

  @Test(
    "a file that is not sound is refused by the name of its fault",
    arguments: [
      ("[]", 0, "does not begin with {"),
      (" {\(a)}", 4, "does not begin with {"),
      ("", 0, "does not begin with {"),
      ("{\(a)", 4, "byte 53 of its header should be ,"),
      ("{\(a),}", 4, "byte 54 of its header should be a name in double quotes"),
      ("{\(a)}}", 4, "byte 54 of its header should be the end of the header"),
      ("{\(a)}\0", 4, "should be the end"),
      ("{'a':1}", 0, "byte 1 of its header should be a name"),
      ("{\"a", 0, "the end of a text"),
      ("{\"a\\", 0, "an escaped character"),
      ("{\"\\x\":1}", 0, "byte 2 of its header should be a character that JSON escapes"),
      ("{\"\\ud800\":1}", 0, "a character that JSON escapes"),
      ("{\"\\u12g4\":1}", 0, "four hexadecimal digits"),
      ("{\"a\nb\":1}", 0, "a control character written as"),
      ("{\"a\":[]}", 0, "byte 5 of its header should be {"),
      ("{\(a),\(a)}", 4, "the name \"a\" stands there twice"),
      ("{\(a),\"\\u0061\":{}}", 4, "the name \"a\" stands there twice"),
      (
        "{\"\u{e9}\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"e\u{301}\":{}}", 0,
        "stands there twice"
      ),
      (#"{"__metadata__":{"k":"1","k":"2"}}"#, 0, "\"k\" stands there twice"),
      (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "stands there twice"),
      (#"{"__metadata__":{"k":1}}"#, 0, "a text, as all metadata are"),
      (#"{"__metadata__":null}"#, 0, "should be {"),
      (#"{"a":{"dtype":"F32","dtype":"F32"}}"#, 0, "\"dtype\" stands there twice"),
      (#"{"a":{"dtype":"F32","shape":[]}}"#, 0, "\"a\" has no data_offsets"),
      (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, "\"a\" has no shape"),
      (#"{"a":{"shape":[],"data_offsets":[0,4]}}"#, 4, "\"a\" has no dtype"),
      (#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}"#, 4, "unknown member \"x\""),
      (#"{"a":{"dtype":"F31","shape":[],"data_offsets":[0,4]}}"#, 4, "unknown type \"F31\""),
      (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "a whole number"),
      (#"{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}"#, 4, "a whole number"),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "a whole number"),
      (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4, "a whole number"),
      (#"{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}"#, 4, "a whole number"),
      (
        #"{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}"#, 4,
        "out of range"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[9223372036854775808,0],"data_offsets":[0,0]}}"#, 0,
        "an extent of tensor \"a\" is out of range"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[9223372036854775807,8],"data_offsets":[0,4]}}"#, 4,
        "no whole number of bytes"
      ),
      (#"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}"#, 1, "no whole number of bytes"),
      (
        #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}"#, 4,
        "\"a\" has 4 bytes, and its shape [1] of F64 needs 8"
      ),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "\"a\" ends before"),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "4 bytes before tensor \"a\""
      ),
      (
        #"{\#(a),"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#, 6,
        "\"a\" and \"b\" overlap"
      ),
      (
        #"{\#(a),"b":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}"#, 4,
        "\"a\" and \"b\" overlap"
      ),
      ("{\(a)}", 3, "\"a\" reaches beyond the file's end"),
      ("{\(a)}", 5, "its last 1 bytes belong to no tensor"),
      (#"{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "an empty name"),
      (#"{"a\u0000":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "NUL"),
    ])
  func refused(header: String, bytes: Int, reason: String) throws {
    let sentence = try refusal(safetensors(header, bytes: bytes))
    #expect(sentence.contains(reason), "\(sentence)")
  }

  @Test("a text that is not UTF-8 is refused with its place")
  func encoding() throws {
    var file = safetensors(#"{"__metadata__":{"k":"x"}}"#, bytes: 0)
    file[file.count - 4] = 0xFF
    #expect(try refusal(file).contains("the text at byte 21 of its header is not UTF-8"))
  }

  @Test(
    "a header longer than the file, or than readers take, is refused before there is memory for it")
  func lengths() throws {
    #expect(try refusal(Data([1, 2, 3])).contains("it has 3 bytes"))
    for (length, reason) in [
      (UInt64(3), "3 bytes, and the file has 10"), (100_000_001, "may have 100000000"),
      (.max, "may have 100000000"),
    ] {
      let prefix = withUnsafeBytes(of: length.littleEndian) { Data($0) }
      #expect(try refusal(prefix + Data("{}".utf8)).contains(reason))
    }
  }

  @Test("every truncation of a file is refused")
  func truncations() throws {
    let whole = safetensors(#"{"__metadata__":{"k":"v"},\#(a)}"#, bytes: 4)
    for count in 0..<whole.count { _ = try refusal(whole.prefix(count)) }
    _ = try open(whole)
  }

  @Test("what is no file, or none that can be read, is said")
  func noFile() throws {
    for (path, kind) in [(path, SafetensorsError.Kind.missing), (folder.path, .invalid)] {
      let error = try #require(throws: SafetensorsError.self) { try SafetensorsReader(path: path) }
      #expect(error.kind == kind, "\(error)")
    }
    #expect(mkfifo(path, 0o600) == 0)
    let error = try #require(throws: SafetensorsError.self) { try SafetensorsReader(path: path) }
    #expect(error.kind == .invalid)
  }

  @Test("a file that is written to after it was opened is noticed")
  func changed() throws {
    let file = try open(safetensors("{\(a)}", bytes: 4))
    // As old as another file, whatever the clock's ticks.
    var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
    let error = try #require(throws: SafetensorsError.self) {
      var value: Float = 0
      try withUnsafeMutableBytes(of: &value) { try file.read(file.tensors[0], into: $0) }
    }
    #expect(error.description.contains("changed while it was read"))
  }

  @Test("a file that is cut short after it was opened is noticed")
  func cutShort() throws {
    let file = try open(safetensors("{\(a)}", bytes: 4))
    #expect(truncate(path, 10) == 0)
    let error = try #require(throws: SafetensorsError.self) {
      var value: Float = 0
      try withUnsafeMutableBytes(of: &value) { try file.read(file.tensors[0], into: $0) }
    }
    #expect(error.description.contains("cut short"))
  }
}

/// A file from its header's text, with so many bytes of tensors.
func safetensors(_ header: String, bytes: Int) -> Data {
  let text = Data(header.utf8)
  let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
  return length + text + Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0) })
}
