import Reports

extension Console {
  /// Prints an array of records in a format; a table where none is asked for.
  ///
  /// - Parameters:
  ///   - json: the records as JSON objects.
  ///   - csv: the whole CSV, its header among it.
  ///   - table: the table's text.
  func printRecords(
    _ format: OutputOptions.Format?, json: @autoclosure () -> [JSONValue],
    csv: @autoclosure () -> String, table: @autoclosure () -> String
  ) throws {
    switch format {
    case .json: try write(JSONValue.array(json()).text)
    case .ndjson: try write(json().map { $0.line + "\n" }.joined())
    case .csv: try write(csv())
    case nil: try write(table())
    }
  }

  /// Prints one record in a format; its page where none is asked for.
  func printRecord(
    _ format: OutputOptions.Format?, json: @autoclosure () -> JSONValue,
    csv: @autoclosure () -> String, page: @autoclosure () -> String
  ) throws {
    switch format {
    case .json: try write(json().text)
    case .ndjson: try print(json().line)
    case .csv: try write(csv())
    case nil: try write(page())
    }
  }
}
