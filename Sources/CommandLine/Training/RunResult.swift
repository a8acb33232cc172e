import Reports
import RunModel
import RunRegistry

/// Prints a run that was trained: id, name, status and epoch, or all of it where a format is asked for.
func printTrained(
  _ id: RunID, in registry: String, as format: OutputOptions.Format?, on console: Console
) throws {
  let run = try RegistryReader(path: registry).run(id.rawValue)
  switch format {
  case .json: try console.write(runJSON(run).text)
  case .ndjson: try console.print(runJSON(run).line)
  case .csv:
    try console.write(csvLine(["id", "name", "status", "epoch"]))
    try console.write(csvLine([run.id.rawValue, run.name, run.status.rawValue, String(run.epoch)]))
  case nil:
    let table = Table(
      columns: [
        .init("id"), .init("name", isFlexible: true), .init("status"),
        .init("epoch", isNumeric: true),
      ],
      rows: [
        [
          .init(run.id.rawValue), .init(run.name),
          .init(run.status.rawValue, Paint(run.status)), .init(String(run.epoch)),
        ]
      ])
    try console.write(table.text(for: console.medium))
  }
}
