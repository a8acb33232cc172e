import RunModel

/// What an event says, as far as runs keep it: scalars and pictures of one step.
struct EventMessage {
  /// One value of a summary.
  struct Scalar {
    var tag: String
    var value: Double
  }

  /// A picture of a summary, as a PNG file.
  struct PNG {
    var tag: String
    var bytes: [UInt8]
  }

  /// The largest picture that is taken, as `gan-runs log` has it.
  static let mostPictureBytes = 15 << 20

  var time = 0.0
  var step: Int64 = 0
  var scalars: [Scalar] = []
  var pictures: [PNG] = []
  /// Values that are neither: histograms, texts, pictures in other formats.
  var others = 0

  /// An event from its bytes; `nil` where they are none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var message = MessageReader(bytes)
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1, .fixed64(let bits)): time = Double(bitPattern: bits)
      case (2, .number(let number)): step = Int64(bitPattern: number)
      case (5, .bytes(let summary)): guard read(summary: summary) else { return nil }
      default: break
      }
    }
    guard !message.isBroken else { return nil }
  }

  private mutating func read(summary: UnsafeRawBufferPointer) -> Bool {
    var message = MessageReader(summary)
    while let field = message.next() {
      guard field.number == 1, case .bytes(let value) = field.value else { continue }
      guard read(value: value) else { return false }
    }
    return !message.isBroken
  }

  /// The file that an image holds; nothing where it holds none, `nil` where it is no message.
  private static func content(ofImage image: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var message = MessageReader(image)
    var content = UnsafeRawBufferPointer(start: nil, count: 0)
    while let field = message.next() {
      if field.number == 4, case .bytes(let bytes) = field.value { content = bytes }
    }
    return message.isBroken ? nil : content
  }

  private mutating func read(value: UnsafeRawBufferPointer) -> Bool {
    var message = MessageReader(value)
    var tag: String?
    var number: Double?
    var picture: UnsafeRawBufferPointer?
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let text)):
        tag = String(validating: text, as: UTF8.self)
        guard tag != nil else { return false }
      case (2, .fixed32(let bits)): number = Double(Float(bitPattern: bits))
      case (4, .bytes(let image)):
        guard let content = Self.content(ofImage: image) else { return false }
        picture = content
      case (8, .bytes(let tensor)): number = ScalarTensor(tensor)?.value ?? number
      default: break
      }
    }
    guard !message.isBroken else { return false }
    let name = tag.flatMap { $0.isEmpty || $0.unicodeScalars.contains("\0") ? nil : $0 }
    if let name, let number {
      scalars.append(Scalar(tag: name, value: number))
    } else if let name, let picture, isPNG(picture), picture.count <= Self.mostPictureBytes {
      pictures.append(PNG(tag: name, bytes: Array(picture)))
    } else {
      others += 1
    }
    return true
  }
}

/// Whether bytes begin as a PNG file does (PNG § 5.2).
func isPNG(_ bytes: some Sequence<UInt8>) -> Bool {
  bytes.starts(with: [137, 80, 78, 71, 13, 10, 26, 10])
}

/// A tensor of one number (`TensorProto`).
private struct ScalarTensor {
  let value: Double

  /// `nil` where it is something else: more numbers, texts.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var message = MessageReader(bytes)
    var type: UInt64 = 0
    var content: UnsafeRawBufferPointer?
    var found: [Double] = []
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1, .number(let number)): type = number
      case (4, .bytes(let bytes)): content = bytes
      case (5, .fixed32(let bits)): found.append(Double(Float(bitPattern: bits)))
      case (5, .bytes(let packed)) where packed.count == 4:
        found.append(Double(Float(bitPattern: packed.integer())))
      case (6, .fixed64(let bits)): found.append(Double(bitPattern: bits))
      case (6, .bytes(let packed)) where packed.count == 8:
        found.append(Double(bitPattern: packed.integer()))
      case (7, .number(let number)), (10, .number(let number)):
        found.append(Double(Int64(bitPattern: number)))
      case (7, .bytes(let packed)), (10, .bytes(let packed)):
        var numbers = MessageReader(packed)
        if let number = numbers.varint(), numbers.isAtEnd {
          found.append(Double(Int64(bitPattern: number)))
        } else {
          return nil
        }
      case (5, .bytes), (6, .bytes), (8, _): return nil
      default: break
      }
    }
    guard !message.isBroken else { return nil }
    if let content, !content.isEmpty {
      guard found.isEmpty, let number = Self.number(type, content) else { return nil }
      value = number
    } else {
      guard found.count == 1 else { return nil }
      value = found[0]
    }
  }

  /// One number as `tensor_content` holds it, by its `DataType`.
  private static func number(_ type: UInt64, _ bytes: UnsafeRawBufferPointer) -> Double? {
    switch (type, bytes.count) {
    case (1, 4): Double(Float(bitPattern: bytes.integer()))
    case (2, 8): Double(bitPattern: bytes.integer())
    case (3, 4): Double(bytes.integer() as Int32)
    case (9, 8): Double(bytes.integer() as Int64)
    case (14, 2): Double(Float(bitPattern: UInt32(bytes.integer() as UInt16) << 16))
    case (19, 2): Double(Float16(bitPattern: bytes.integer()))
    default: nil
    }
  }
}

/// Reads protocol buffers' encoding (protobuf.dev/programming-guides/encoding), field by field.
private struct MessageReader {
  enum Value {
    case number(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(UnsafeRawBufferPointer)
  }

  private var rest: UnsafeRawBufferPointer
  /// Whether the bytes are no message.
  private(set) var isBroken = false

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func next() -> (number: UInt64, value: Value)? {
    guard !rest.isEmpty else { return nil }
    guard let key = varint() else { return broken() }
    let number = key >> 3
    switch key & 7 {
    case 0: return varint().map { (number, .number($0)) } ?? broken()
    case 1: return take(8).map { (number, .fixed64($0.integer())) } ?? broken()
    case 2:
      guard let length = varint(), length <= UInt64(rest.count), let bytes = take(Int(length))
      else {
        return broken()
      }
      return (number, .bytes(bytes))
    case 5: return take(4).map { (number, .fixed32($0.integer())) } ?? broken()
    default: return broken()
    }
  }

  mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for place in 0..<10 {
      guard place < rest.count else { return nil }
      let byte = rest[place]
      value |= UInt64(byte & 0x7F) << (7 * UInt64(place))
      if byte < 0x80 {
        rest = UnsafeRawBufferPointer(rebasing: rest[(place + 1)...])
        return value
      }
    }
    return nil
  }

  private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count <= rest.count else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
    return UnsafeRawBufferPointer(rebasing: rest[..<count])
  }

  private mutating func broken() -> (number: UInt64, value: Value)? {
    isBroken = true
    return nil
  }
}

extension UnsafeRawBufferPointer {
  /// The little-endian integer that the bytes are.
  fileprivate func integer<Integer: FixedWidthInteger & BitwiseCopyable>() -> Integer {
    Integer(littleEndian: loadUnaligned(as: Integer.self))
  }
}
