/// The fourth counter word of each use that data make of Philox; distinct from all others.
enum DataStream {
  static let examples: UInt32 = 0x4441_5401
  static let heldOut: UInt32 = 0x4441_5402
  static let order: UInt32 = 0x4441_5403
  static let split: UInt32 = 0x4441_5404
}
