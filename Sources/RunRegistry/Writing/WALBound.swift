/// How many bytes a WAL may come to before its content moves into the file.
struct WALBound {
  /// Otherwise than while a checkpoint is stored: 16 MiB.
  static let usual = 16 << 20
  /// However fast the disk is; most states come to less.
  static let most = 512 << 20
  /// For how long a move may hold the lock, which other processes wait 5 seconds for.
  private static let seconds = 2.0

  /// While a checkpoint is stored; 64 MiB until a move has shown what the disk takes.
  private(set) var saving = 64 << 20

  /// Takes note of how long a move took.
  mutating func note(moved bytes: Int, in time: Duration) {
    let seconds = max(time / .seconds(1), 1e-6)
    saving = Int(
      min(max(Double(bytes) / seconds * Self.seconds, Double(Self.usual)), Double(Self.most)))
  }
}
