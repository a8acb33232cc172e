package import RunModel

/// A run's pictures without their bytes, one a line.
package struct PictureList: Sendable {
  package var pictures: [PictureEntry]

  /// A list of pictures in the order given.
  package init(_ pictures: [PictureEntry]) { self.pictures = pictures }

  private static let names = ["name", "step", "epoch", "bytes", "time"]

  /// The pictures as a table.
  package func text(for medium: Medium) -> String {
    Table(
      columns: Self.names.map {
        Table.Column($0, isNumeric: ["step", "epoch", "bytes"].contains($0))
      },
      rows: pictures.map { Self.fields($0).map { Table.Cell($0) } }
    ).text(for: medium)
  }

  /// The pictures as CSV with a header line.
  package var csv: String {
    pictures.reduce(into: csvLine(Self.names)) { $0 += csvLine(Self.fields($1)) }
  }

  /// The pictures as JSON objects.
  package var json: [JSONValue] {
    pictures.map { picture in
      .object([
        ("name", .string(picture.name)), ("step", .integer(picture.step)),
        ("epoch", .integer(picture.epoch)), ("bytes", .integer(picture.byteCount)),
        ("time", .time(picture.time)),
      ])
    }
  }

  private static func fields(_ picture: PictureEntry) -> [String] {
    [
      picture.name, String(picture.step), String(picture.epoch), String(picture.byteCount),
      picture.time.rfc3339,
    ]
  }
}
