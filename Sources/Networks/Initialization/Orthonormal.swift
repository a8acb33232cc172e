/// Makes the shorter side's vectors of a matrix orthonormal, by modified Gram–Schmidt in Double.
func orthonormalize(_ values: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int) {
  let byRows = rows < columns
  let (count, length) = byRows ? (rows, columns) : (columns, rows)
  func place(_ vector: Int, _ element: Int) -> Int {
    byRows ? vector * columns + element : element * columns + vector
  }
  var vectors = (0..<count).map { vector in
    (0..<length).map { Double(values[place(vector, $0)]) }
  }
  for vector in 0..<count {
    let norm = dot(vectors[vector], vectors[vector]).squareRoot()
    for element in 0..<length { vectors[vector][element] /= norm }
    for later in vector + 1..<max(count, vector + 1) {
      let share = dot(vectors[vector], vectors[later])
      for element in 0..<length {
        vectors[later][element] -= share * vectors[vector][element]
      }
    }
  }
  for vector in 0..<count {
    for element in 0..<length {
      values[place(vector, element)] = Float(vectors[vector][element])
    }
  }
}

private func dot(_ first: [Double], _ second: [Double]) -> Double {
  zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
}
