import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs tag`: keys and values of a user's own on a run.
struct Tag: Verb {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Put tags on a run, or take them off.",
    usage: "gan-runs tag <run> [<key=value> ...] [--remove <key>] [<options>]",
    discussion: """
      Examples:
        gan-runs tag ring purpose=baseline quality=good
        gan-runs tag latest --remove quality

      A tag of the same key is replaced. Filters and columns know it as tags.KEY.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @Argument(help: ArgumentHelp("The tags to set.", valueName: "key=value")) var tags: [String] = []

  @Option(
    help: ArgumentHelp("Take this tag off. Can be given again.", valueName: "key"))
  var remove: [String] = []

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard !tags.isEmpty || !remove.isEmpty else {
      throw ValidationError(
        "name the tags to set, as purpose=baseline, or to take off: --remove KEY.")
    }
    let keys = try pairs.map(\.key) + remove
    guard Set(keys).count == keys.count else {
      throw ValidationError("a tag is named twice; name each once.")
    }
  }

  private var pairs: [(key: String, value: String)] {
    get throws {
      try tags.map { tag in
        guard let split = tag.firstIndex(of: "="), split > tag.startIndex else {
          throw ValidationError("'\(tag)' is no tag; write KEY=VALUE, as purpose=baseline.")
        }
        return (String(tag[..<split]), String(tag[tag.index(after: split)...]))
      }
    }
  }

  func run(_ console: Console) throws {
    let found = try registry.reader(console).run(run)
    for key in remove where found.tags[key] == nil {
      throw Failure(.failed, "\(found.name) (\(found.id)) has no tag \(key); nothing was changed")
    }
    let tags = Dictionary(uniqueKeysWithValues: try pairs)
    try registry.withWriter(console) { try $0.setTags(tags, removing: remove, of: found.id) }
    let changed = try registry.reader(console).run(found.id.rawValue)
    try console.printRun(changed, output.format)
    let shown = changed.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    console.note(
      "\(changed.name) (\(changed.id)) has "
        + (shown.isEmpty ? "no tags" : "the tags \(printable(shown.joined(separator: " ")))"))
  }
}

extension Console {
  /// Prints a run that was changed as its object or as CSV, nothing where no format is asked for.
  func printRun(_ run: Run, _ format: OutputOptions.Format?) throws {
    try printRecord(format, json: runJSON(run), csv: RunList(runs: [run]).csv, page: "")
  }
}
