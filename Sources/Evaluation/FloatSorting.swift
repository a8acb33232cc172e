/// Sorts numbers by their bits, eleven at a time: a radix sort, about five times as fast as comparing.
///
/// The order is that of IEEE 754's total order, so −0 stands before 0.
struct FloatSorting {
  private static let digit = 11
  private static let buckets = 1 << digit
  private var keys: [UInt32]
  private var other: [UInt32]

  /// Room to sort `count` numbers at a time.
  init(count: Int) {
    keys = [UInt32](repeating: 0, count: count)
    other = keys
  }

  /// Sorts as many numbers as there is room for, ascending.
  mutating func sort(_ numbers: UnsafeMutableBufferPointer<Float>) {
    var counts = [Int32](repeating: 0, count: 3 * Self.buckets)
    keys.withUnsafeMutableBufferPointer { keys in
      other.withUnsafeMutableBufferPointer { other in
        counts.withUnsafeMutableBufferPointer { counts in
          for place in keys.indices {
            let bits = numbers[place].bitPattern
            // Negative numbers: all bits turned, for the larger magnitude comes first.
            let key = bits ^ (bits >> 31 == 1 ? .max : 0x8000_0000)
            keys[place] = key
            for pass in 0..<3 { counts[Self.bucket(of: key, pass)] += 1 }
          }
          for pass in 0..<3 {
            var next: Int32 = 0
            for bucket in pass * Self.buckets..<(pass + 1) * Self.buckets {
              (counts[bucket], next) = (next, next + counts[bucket])
            }
          }
          Self.distribute(keys, into: other, counts, pass: 0)
          Self.distribute(other, into: keys, counts, pass: 1)
          Self.distribute(keys, into: other, counts, pass: 2)
        }
        for place in other.indices {
          let key = other[place]
          numbers[place] = Float(bitPattern: key ^ (key >> 31 == 1 ? 0x8000_0000 : .max))
        }
      }
    }
  }

  private static func bucket(of key: UInt32, _ pass: Int) -> Int {
    pass * buckets + Int(key >> UInt32(pass * digit)) & (buckets - 1)
  }

  private static func distribute(
    _ from: UnsafeMutableBufferPointer<UInt32>, into: UnsafeMutableBufferPointer<UInt32>,
    _ counts: UnsafeMutableBufferPointer<Int32>, pass: Int
  ) {
    for key in from {
      let bucket = bucket(of: key, pass)
      into[Int(counts[bucket])] = key
      counts[bucket] += 1
    }
  }
}
