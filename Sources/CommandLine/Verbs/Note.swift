import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs note`: a user's text on a run.
struct Note: Verb {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Put a note on a run, or print the one that is there.",
    usage: "gan-runs note <run> [<text>] [<options>]",
    discussion: """
      Examples:
        gan-runs note ring 'modes collapse after epoch 40'
        gan-runs note ring

      A note takes an earlier one's place; an empty text takes it away.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @Argument(help: "The note; without one, print it.") var text: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let found = try registry.reader(console).run(run)
    guard let text else {
      if output.format != nil { return try console.printRun(found, output.format) }
      guard let note = found.note else {
        return console.note("\(found.name) (\(found.id)) has no note")
      }
      // As it was written into a pipe; on a terminal nothing of it may move the cursor.
      let lines = note.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let shown = console.output.isTerminal ? lines.map { printable($0) } : lines
      return try console.print(shown.joined(separator: "\n"))
    }
    try registry.withWriter(console) { try $0.setNote(text, of: found.id) }
    try console.printRun(try registry.reader(console).run(found.id.rawValue), output.format)
    console.note(
      "\(found.name) (\(found.id)) has " + (text.isEmpty ? "no note any more" : "the note"))
  }
}
