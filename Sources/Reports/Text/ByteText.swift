package import RunModel

/// Text as bytes, in memory that is used again: what a long export is put together in.
package struct ByteText: ~Copyable {
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 16
  /// Bytes so far.
  package private(set) var count = 0
  /// The date and time up to the second's point, of the second that was written last.
  private var second: (microseconds: Int64, text: [UInt8]) = (.min, [])

  /// No text.
  package init() { memory = .allocate(capacity: capacity) }

  deinit { memory.deallocate() }

  /// Takes everything out.
  package mutating func removeAll() { count = 0 }

  /// Hands over the bytes.
  package func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: memory, count: count))
  }

  /// Appends a text.
  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// Appends bytes of a text.
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    reserve(bytes.count)
    guard let start = bytes.baseAddress else { return }
    (memory + count).update(from: start, count: bytes.count)
    count += bytes.count
  }

  /// Appends one ASCII character.
  package mutating func append(byte: UInt8) {
    reserve(1)
    memory[count] = byte
    count += 1
  }

  /// Appends a whole number; nothing where there is none.
  package mutating func append(_ number: Int?) {
    guard let number else { return }
    reserve(20)
    if number < 0 { append(byte: UInt8(ascii: "-")) }
    var rest = number.magnitude
    var digits = 1
    var power: UInt = 10
    while rest >= power, digits < 20 {
      digits += 1
      let (next, overflows) = power.multipliedReportingOverflow(by: 10)
      if overflows { break }
      power = next
    }
    for place in (0..<digits).reversed() {
      memory[count + place] = UInt8(truncatingIfNeeded: rest % 10) | 0x30
      rest /= 10
    }
    count += digits
  }

  /// Appends a number as `Double.shortestText` has it.
  package mutating func append(_ value: Double) {
    // Below 10^15 every whole double prints as its digits.
    if abs(value) < 1e15, value.rounded(.towardZero) == value, value != 0 || value.sign == .plus {
      return append(Int(value))
    }
    append(value.shortestText)
  }

  /// Appends a time as `Timestamp.rfc3339` has it.
  package mutating func append(_ time: Timestamp) {
    let passed = time.microseconds &- second.microseconds
    if passed < 0 || passed >= 1_000_000 || second.text.isEmpty {
      let text = time.rfc3339
      let into = (time.microseconds % 1_000_000 + 1_000_000) % 1_000_000
      second = (time.microseconds - into, Array(text.utf8.dropLast(4)))
      return append(text)
    }
    second.text.withUnsafeBufferPointer { append($0) }
    reserve(4)
    let milliseconds = Int(passed / 1000)
    memory[count] = UInt8(milliseconds / 100) | 0x30
    memory[count + 1] = UInt8(milliseconds / 10 % 10) | 0x30
    memory[count + 2] = UInt8(milliseconds % 10) | 0x30
    memory[count + 3] = UInt8(ascii: "Z")
    count += 4
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(2 * capacity, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: memory, count: count)
    memory.deallocate()
    memory = larger
  }
}
