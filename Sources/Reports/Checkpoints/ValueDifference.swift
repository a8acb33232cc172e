/// How the values of two float32 tensors of one shape differ, taken in a piece at a time.
package struct ValueDifference: Sendable, Equatable {
  /// Values of each tensor.
  package private(set) var count = 0
  /// Values whose bits differ.
  package private(set) var differing = 0
  /// The L2 norm of the first tensor; NaN where one of its values is.
  package var firstNorm: Double { firstSquares.squareRoot() }
  /// The L2 norm of the second tensor; NaN where one of its values is.
  package var secondNorm: Double { secondSquares.squareRoot() }
  /// The L2 norm of what the second has beyond the first; NaN where a NaN stands against a number.
  package var changeNorm: Double { changeSquares.squareRoot() }
  /// The largest |second − first|: NaN counts as the largest, 0 where bits alone differ.
  package private(set) var largestChange = 0.0
  /// Where the largest change first stands, counted row by row from 0; `nil` where no bits differ.
  package private(set) var largestPlace: Int?
  private var firstSquares = 0.0
  private var secondSquares = 0.0
  private var changeSquares = 0.0

  /// A comparison of nothing yet.
  package init() {}

  /// Takes the next values of both tensors, as many of the one as of the other.
  package mutating func add(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
    precondition(first.count == second.count, "pieces of different lengths")
    for offset in stride(from: 0, to: first.count - 3, by: 4) {
      let one = first.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      let other = second.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      let (before, after) = (Double(Float(bitPattern: one)), Double(Float(bitPattern: other)))
      firstSquares += before * before
      secondSquares += after * after
      if one != other { add(before, after, at: count + offset / 4) }
    }
    count += first.count / 4
  }

  private mutating func add(_ before: Double, _ after: Double, at place: Int) {
    differing += 1
    // Two zeros, two NaNs: other bits, and the same to every reader.
    let isSame = before == after || (before.isNaN && after.isNaN)
    let change = isSame ? 0 : (after - before).magnitude
    changeSquares += change * change
    let isLarger = change > largestChange || (change.isNaN && !largestChange.isNaN)
    if isLarger || largestPlace == nil { (largestChange, largestPlace) = (change, place) }
  }
}
