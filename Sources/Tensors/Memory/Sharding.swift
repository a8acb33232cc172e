/// How a batch is cut for threads: part of the configuration and of the result, never of the machine.
package struct Sharding: Sendable, Hashable {
  /// What no shard parts: discriminator inputs, or groups of them that are judged together.
  package let units: Int
  /// Parts the batch is cut into.
  package let shards: Int

  /// A batch of some units in some shards; shards may be empty where there are more of them.
  package init(units: Int, shards: Int) {
    precondition(units > 0 && shards > 0, "\(units) units can't be cut into \(shards) shards")
    self.units = units
    self.shards = shards
  }

  /// The units of a shard; cut points are `floor(shard * units / shards)`.
  package func units(of shard: Int) -> Range<Int> {
    shard * units / shards..<(shard + 1) * units / shards
  }

  /// A shard's part of a matrix that all shards share, cut by rows, or by columns where it has one row.
  ///
  /// Parts begin at multiples of 16 where there are enough rows or columns, so that no two threads
  /// write one cache line.
  func part(of shard: Int, rows: Int, columns: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    if rows == 1 { return (0..<1, cut(columns, shard: shard, grain: 16)) }
    return (cut(rows, shard: shard, grain: rows >= 16 * shards ? 16 : 1), 0..<columns)
  }

  /// A shard's part of `count` things, in whole grains but for the last.
  func cut(_ count: Int, shard: Int, grain: Int) -> Range<Int> {
    let grains = (count + grain - 1) / grain
    let start = min(count, shard * grains / shards * grain)
    return start..<min(count, (shard + 1) * grains / shards * grain)
  }
}
