/// The fourth counter word of each use that measures make of Philox; distinct from all others.
enum EvaluationStream {
  static let patches: UInt32 = 0x4556_4101
  static let directions: UInt32 = 0x4556_4102

  /// The key of all draws: the same for every run, so that runs of different seeds are compared on the
  /// same patches and directions.
  static let key: UInt64 = 1
}
