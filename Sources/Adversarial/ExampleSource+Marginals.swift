import Datasets

extension ExampleSource {
  /// Examples of a stream that its means are taken over; of finite data all count.
  private static let streamed = 10_000

  /// The mean of each value of the examples to train on.
  func marginals() -> [Float] {
    let count = dataset.count ?? Self.streamed
    let size = dataset.exampleSize
    let most = 1000
    var sums = [Double](repeating: 0, count: size)
    var rows = [Float](repeating: 0, count: min(most, count) * size)
    for first in stride(from: 0, to: count, by: most) {
      let part = first..<min(first + most, count)
      rows.withUnsafeMutableBufferPointer { rows in
        guard let start = rows.baseAddress else { return }
        dataset.write(part, to: start)
        for place in 0..<part.count * size { sums[place % size] += Double(rows[place]) }
      }
    }
    return sums.map { Float($0 / Double(count)) }
  }
}
