import Datasets

extension Dataset {
  /// Training examples as rows.
  func rows(_ indices: some Collection<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * exampleSize) { rows, count in
      if let start = rows.baseAddress { write(indices, to: start) }
      count = indices.count * exampleSize
    }
  }

  /// Held-out examples as rows.
  func heldOutRows(_ indices: Range<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * exampleSize) { rows, count in
      if let start = rows.baseAddress { writeHeldOut(indices, to: start) }
      count = indices.count * exampleSize
    }
  }
}
