/// What becomes of a checkpoint that is due while two earlier ones are not stored yet.
public enum BusyPolicy: String, Sendable, CaseIterable {
  /// Training waits until one is stored.
  case block
  /// The new one is left out.
  case skip
  /// The new one takes the place of the one that waits.
  case latest
}

/// Whether a state that is about to be copied may be saved.
public enum SaveRoom: Sendable, Hashable {
  /// It may.
  case free
  /// It may, and another that waited is left out for it.
  case inPlaceOf(step: Int, epoch: Int)
  /// It is left out.
  case none
}
