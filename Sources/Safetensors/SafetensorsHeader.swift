import RunModel

/// The header of a safetensors file in its one canonical form.
///
/// The format: eight bytes of header length, little-endian; a JSON object that names each tensor's
/// dtype, shape and byte range, and `__metadata__` with texts only; then the bytes
/// (github.com/huggingface/safetensors, "Format"). Keys are sorted and spaces pad the header to a
/// multiple of eight, so that equal content gives equal bytes.
struct SafetensorsHeader {
  /// The longest header that readers take.
  static let limit = 100_000_000

  /// The eight bytes of length and the header itself.
  let bytes: [UInt8]

  /// The header of float32 tensors that follow one another in the given order.
  init(tensors: [(name: String, shape: [Int])], metadata: [String: String]) throws {
    var json = "{"
    var isFirst = true
    func member(_ key: String, _ value: String) {
      json += (isFirst ? "" : ",") + Self.quoted(key) + ":" + value
      isFirst = false
    }
    if !metadata.isEmpty {
      let members = metadata.sorted { $0.key < $1.key }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      member("__metadata__", "{" + members.joined(separator: ",") + "}")
    }
    var seen: Set<String> = []
    var end = 0
    for (name, shape) in tensors {
      guard name != "__metadata__", !name.isEmpty, seen.insert(name).inserted else {
        throw SafetensorsError(
          .invalid,
          "A safetensors file can't hold two tensors named \"\(name)\", or one without a "
            + "name of its own.")
      }
      let begin = end
      guard let bytes = TensorShape.byteCount(of: shape) else {
        throw SafetensorsError(.invalid, "The shape \(shape) of tensor \(name) is not one.")
      }
      end += bytes
      let extents = shape.map(String.init).joined(separator: ",")
      member(name, #"{"dtype":"F32","shape":[\#(extents)],"data_offsets":[\#(begin),\#(end)]}"#)
    }
    json += "}"
    var text = Array(json.utf8)
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    guard text.count <= Self.limit else {
      throw SafetensorsError(
        .invalid, "The header would have \(text.count) bytes; readers take \(Self.limit).")
    }
    bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  /// A JSON string (RFC 8259 §7).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
