extension Tensor {
  /// The sum over all rows, of the whole batch where there is one: `[r, c]` to `[1, c]`.
  package var sumRows: Tensor {
    if rows == .fixed(1) { return self }
    return graph.rowSum(of: self)
  }

  /// The sum of each row: `[r, c]` to `[r, 1]`.
  package var sumColumns: Tensor {
    if columns == 1 { return self }
    return graph.append(.sumColumns, [self], rows: rows, columns: 1)
  }

  /// The sum of all elements, a scalar.
  package var sum: Tensor { sumColumns.sumRows }

  /// The mean over all rows: `[r, c]` to `[1, c]`.
  package var meanRows: Tensor {
    switch rows {
    case .fixed(1): self
    case .fixed(let count): sumRows.affine(scale: Float(1 / Double(count)), shift: 0)
    case .batch(let perUnit): sumRows.scaled(by: .oneOverRows(perUnit: perUnit))
    }
  }

  /// The mean of all elements, a scalar.
  package var mean: Tensor {
    let rowSums = sumColumns
    let means =
      columns == 1 ? rowSums : rowSums.affine(scale: Float(1 / Double(columns)), shift: 0)
    return means.meanRows
  }

  /// One row repeated: `[1, c]` to `[r, c]`.
  package func broadcastRows(to rows: Rows) -> Tensor {
    if self.rows == rows { return self }
    precondition(self.rows == .fixed(1), "\(shape) has more than one row to repeat")
    return graph.append(.broadcastRows, [self], rows: rows, columns: columns)
  }

  /// One column repeated: `[r, 1]` to `[r, c]`.
  package func broadcastColumns(to columns: Int) -> Tensor {
    if self.columns == columns { return self }
    precondition(self.columns == 1, "\(shape) has more than one column to repeat")
    return graph.append(.broadcastColumns, [self], rows: rows, columns: columns)
  }

  /// One row repeated, as often as another tensor has rows.
  package func broadcastRows(like other: Tensor) -> Tensor { broadcastRows(to: other.rows) }

  /// One column repeated, as often as another tensor has columns.
  package func broadcastColumns(like other: Tensor) -> Tensor {
    broadcastColumns(to: other.columns)
  }
}
