import CKernels

/// The system has no memory left for a buffer.
package struct MemoryError: Error, Hashable, CustomStringConvertible {
  /// Values of four bytes that were asked for.
  package let count: Int

  /// How much was asked for, and how to mend it.
  package var description: String {
    "no memory for \(count) numbers of 4 bytes: choose a smaller batch or smaller layers"
  }
}

/// A flat run of float32 values: 64-byte aligned, zero at first, on huge pages where it is large.
// Unchecked: readers and writers take turns by the stages of a plan, or on one host thread.
package final class FloatBuffer: @unchecked Sendable {
  /// How many values it holds.
  package let count: Int
  /// The values; valid while the buffer lives.
  package let pointer: UnsafeMutablePointer<Float>

  /// A buffer of zeros, small enough that memory for it is taken for granted.
  package init(count: Int) {
    guard let memory = Self.memory(count) else {
      preconditionFailure("no memory for \(count) numbers")
    }
    self.count = count
    pointer = memory
  }

  /// A buffer of zeros whose size a user chose.
  package init(allocating count: Int) throws(MemoryError) {
    guard let memory = Self.memory(count) else { throw MemoryError(count: count) }
    self.count = count
    pointer = memory
  }

  private static func memory(_ count: Int) -> UnsafeMutablePointer<Float>? {
    guard count >= 0, count < 1 << 40 else { return nil }
    return gr_allocate(Int64(count) * 4)?.assumingMemoryBound(to: Float.self)
  }

  deinit { gr_free(pointer) }

  /// Reads the values.
  package func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeBufferPointer(start: pointer, count: count))
  }

  /// Reads and writes the values.
  package func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeMutableBufferPointer(start: pointer, count: count))
  }

  /// A copy of the values.
  package var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Takes over another buffer's values; both hold as many.
  package func copy(from other: FloatBuffer) {
    precondition(count == other.count, "a buffer of \(count) can't hold \(other.count) values")
    pointer.update(from: other.pointer, count: count)
  }
}

/// The place of one matrix within a flat buffer.
package struct Slot: Sendable, Hashable {
  package let buffer: FloatBuffer
  /// Where it starts, a multiple of 16 values, so that every matrix begins a cache line.
  package let offset: Int
  package let rows: Int
  package let columns: Int

  /// The matrix `[rows, columns]` at `offset` of a buffer.
  package init(buffer: FloatBuffer, offset: Int, rows: Int, columns: Int) {
    precondition(
      offset >= 0 && offset % 16 == 0 && offset + rows * columns <= buffer.count,
      "[\(rows), \(columns)] at \(offset) does not fit a buffer of \(buffer.count)")
    self.buffer = buffer
    self.offset = offset
    self.rows = rows
    self.columns = columns
  }

  package static func == (first: Slot, second: Slot) -> Bool {
    first.buffer === second.buffer && first.offset == second.offset
      && first.rows == second.rows && first.columns == second.columns
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(buffer))
    hasher.combine(offset)
    hasher.combine(rows)
    hasher.combine(columns)
  }

  /// The values, row by row.
  package var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: buffer.pointer + offset, count: rows * columns)
  }
}
