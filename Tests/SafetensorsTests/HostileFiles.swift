import Foundation
import TestSupport

/// Safetensors files for two readers to agree on: sound ones, and sound ones with one or two things
/// changed, all of them a function of a seed.
struct HostileFiles {
  private var random: SeededNumbers

  init(seed: UInt64) { random = SeededNumbers(seed: seed) }

  /// The next file.
  mutating func next() -> Data {
    var tensors = soundTensors()
    var metadata = Bool.random(using: &random) ? "{\(member("k", "\"v\"")),\"\":\"\\n\"}" : nil
    // A fifth stays sound; of the rest half are damaged by someone who knows the format.
    let damage = Int.random(in: 0..<5, using: &random)
    if damage == 1 || damage == 2 { change(&tensors, &metadata) }
    var members = tensors.map { member($0.name, $0.entry) }
    if let metadata { members.append(member("__metadata__", metadata)) }
    members.shuffle(using: &random)
    var header = Data(("{" + members.joined(separator: space + "," + space) + "}").utf8)
    if Bool.random(using: &random) { header += Data(repeating: 0x20, count: -header.count & 7) }
    if damage == 3 { scratch(&header) }
    var length = UInt64(header.count)
    var bytes = Data((0..<tensors.reduce(0) { max($0, $1.end) }).map { _ in random.byte() })
    if damage == 4 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: length &+= UInt64(bitPattern: Int64.random(in: -9...9, using: &random))
      case 1: length ^= 1 << UInt64.random(in: 0..<64, using: &random)
      case 2: bytes.append(0)
      case 3: bytes = bytes.dropLast()
      default: header.insert(random.pick(Array(" \n{".utf8)), at: 0)
      }
    }
    let file = withUnsafeBytes(of: length.littleEndian) { Data($0) } + header + bytes
    return damage == 4 && Int.random(in: 0..<4, using: &random) == 0
      ? file.prefix(Int.random(in: 0...file.count, using: &random)) : file
  }

  private struct Tensor {
    var name: String
    var dtype = "\"F32\""
    var shape: String
    var begin: Int
    var end: Int
    var more = ""
    var whole: String?

    var entry: String {
      whole ?? "{\"dtype\":\(dtype),\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]\(more)}"
    }
  }

  private static let types = [
    ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8),
    ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16),
    ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64),
    ("F64", 64), ("I64", 64), ("U64", 64),
  ]

  private mutating func soundTensors() -> [Tensor] {
    var end = 0
    return (0..<Int.random(in: 0..<5, using: &random)).map { number in
      let (dtype, bits) = random.pick(Self.types)
      var shape = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
        Int.random(in: 0..<4, using: &random)
      }
      if bits < 8 { shape.append(8) }
      let begin = end
      end += shape.reduce(bits, *) / 8
      return Tensor(
        name: random.pick(["a", "é", "😀", "w.\\\"", "\\u0062", "c\\/"]) + "\(number)",
        dtype: "\"\(dtype)\"", shape: "\(shape)", begin: begin, end: end)
    }
  }

  /// One thing that is wrong, or that one reader might let pass.
  private mutating func change(_ tensors: inout [Tensor], _ metadata: inout String?) {
    let place = tensors.indices.randomElement(using: &random)
    switch (Int.random(in: 0..<16, using: &random), place) {
    case (0, _):
      metadata = random.pick(["null", "{\"k\":1}", "[]", "{\"k\":\"1\",\"k\":\"2\"}", "1"])
    case (1, let place?): tensors.append(tensors[place])
    case (2, let place?):
      tensors[place].name = random.pick(["", "\\u0000", "a\\u0000b", "\\ud800"])
    case (3, let place?):
      tensors[place].more = random.pick([",\"x\":[{}]", ",\"dtype\":\"F32\"", ",\"x\":1e999"])
    case (4, let place?):
      tensors[place].shape = random.pick([
        "[1.0]", "[1e0]", "[-1]", "[-0]", "[01]", "[[1]]", "[18446744073709551616]", "null",
        "[18446744073709551615,0]", "[9223372036854775807,2,0]", "[4294967296,4294967296]", "\"1\"",
      ])
    case (5, let place?):
      tensors[place].dtype = random.pick(["\"f32\"", "\"F128\"", "{\"F32\":null}", "1", "null"])
    case (6, let place?): tensors[place].begin += Int.random(in: -4...4, using: &random)
    case (7, let place?): tensors[place].end += Int.random(in: -4...4, using: &random)
    case (8, let place?):
      (tensors[place].begin, tensors[place].end) = (tensors[place].end, tensors[place].begin)
    case (9, let place?):
      let tensor = tensors[place]
      tensors[place].whole =
        "[\(tensor.dtype),\(tensor.shape),[\(tensor.begin),\(tensor.end)]]"
    case (10, let place?):
      for later in place..<tensors.count {
        tensors[later].begin += 1
        tensors[later].end += 1
      }
    case (11, let place?): tensors[place].whole = String(repeating: "[", count: 300)
    case (12, _):
      for name in ["\u{e9}", "e\u{301}"] {
        let end = tensors.last?.end ?? 0
        tensors.append(Tensor(name: name, shape: "[0]", begin: end, end: end))
      }
    case (13, let place?):
      let begin = tensors[place].begin
      tensors.append(Tensor(name: "none", shape: "[0]", begin: begin + 1, end: begin + 1))
    case (14, let place?): tensors[place].begin = Int.max
    default: tensors.shuffle(using: &random)
    }
  }

  /// Changes some characters of a header.
  private mutating func scratch(_ header: inout Data) {
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let place = Int.random(in: 0..<header.count, using: &random)
      let mark = random.pick(
        Array("{}[]\",:0123456789\\/ueE.-+ntf \n\t\u{1}".utf8) + [0, 0xC3, 0xFF])
      switch Int.random(in: 0..<3, using: &random) {
      case 0: header[place] = mark
      case 1: header.insert(mark, at: place)
      default: if header.count > 1 { header.remove(at: place) }
      }
    }
  }

  private mutating func member(_ name: String, _ value: String) -> String {
    "\"\(name)\"\(space):\(space)\(value)"
  }

  private var space: String {
    mutating get { random.pick(["", "", "", " ", "\n", "\t\r "]) }
  }
}

extension SeededNumbers {
  fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &self)]
  }

  fileprivate mutating func byte() -> UInt8 { UInt8.random(in: 0...255, using: &self) }
}
