/// Which of some examples train, and which are held out, of data without a test set.
///
/// A function of the count and the part alone, not of a run's seed: runs of other seeds are judged on
/// the same examples, and a child run never trains on what its parent was judged by. Chosen by a
/// permutation, since files are often sorted by class.
struct HeldOutSplit: Sendable {
  /// In the order of the file.
  let training: [UInt32]
  /// In the order of the file; at least one.
  let heldOut: [UInt32]

  /// A split.
  ///
  /// - Parameters:
  ///   - count: examples in all, at least 2.
  ///   - part: of them to hold out, above 0 and below 1; at least one is, and at least one is not.
  init(count: Int, part: Double) {
    precondition(count >= 2 && part > 0 && part < 1, "both sides of a split need an example")
    let held = min(max(1, Int((Double(count) * part).rounded())), count - 1)
    let permutation = DataOrder.permutation(
      number: 0, seed: 0, count: count, stream: DataStream.split)
    heldOut = permutation[..<held].sorted()
    training = permutation[held...].sorted()
  }
}
