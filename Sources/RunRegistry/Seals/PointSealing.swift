import RunModel

/// One value of a series, with its step.
struct StoredPoint {
  var step: Int
  var value: Double
}

/// The seals of one attempt's points of a metric, two at a time: there are many of them.
struct PointSealing {
  private var hash: TwinHash
  private let bytes: Int

  init(metric: String, attempt: Int) {
    var row = RowHash()
    row.addPoint(metric: metric, step: 0, attempt: attempt, value: 0)
    bytes = row.bytes.count
    hash = TwinHash(form: row.bytes)
  }

  /// The sum of the seals of points.
  mutating func seal(of points: [StoredPoint]) -> Seal {
    var sum = Seal()
    var place = 0
    while place < points.count {
      put(points[place], as: 0)
      let isPair = place + 1 < points.count
      if isPair { put(points[place + 1], as: 1) }
      hash.digests { digests in
        sum += Seal(digest: UnsafeRawBufferPointer(rebasing: digests[..<32]))
        if isPair { sum += Seal(digest: UnsafeRawBufferPointer(rebasing: digests[32...])) }
      }
      place += 2
    }
    return sum
  }

  private mutating func put(_ point: StoredPoint, as text: Int) {
    hash.put(
      UInt64(bitPattern: Int64(point.step)), at: bytes - RowHash.stepBeforeEnd, of: text)
    hash.put(RowHash.pattern(of: point.value), at: bytes - RowHash.valueBeforeEnd, of: text)
  }
}
