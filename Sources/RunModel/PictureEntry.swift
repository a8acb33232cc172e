/// A stored picture without its bytes.
public struct PictureEntry: Sendable, Hashable {
  /// Such as `samples`.
  public var name: String
  /// Steps done when it was made.
  public var step: Int
  /// The epoch it was made in, from 1.
  public var epoch: Int
  /// When it was made.
  public var time: Timestamp
  /// The length of its PNG file.
  public var byteCount: Int

  /// An entry from all its parts.
  public init(name: String, step: Int, epoch: Int, time: Timestamp, byteCount: Int) {
    self.name = name
    self.step = step
    self.epoch = epoch
    self.time = time
    self.byteCount = byteCount
  }
}
