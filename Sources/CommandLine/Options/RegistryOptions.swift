package import ArgumentParser

/// Which registry a verb works on.
package struct RegistryOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp(
      "The registry's file. (default: $GAN_RUNS_DB, else gan-runs.db)", valueName: "file"),
    completion: .file())
  package var file: String?

  package init() {}

  /// The registry's path: `--db`, else `GAN_RUNS_DB`, else `gan-runs.db` in the working directory.
  package func path(_ console: Console) -> String {
    Self.path(option: file, environment: console.environment)
  }

  static func path(option: String?, environment: (String) -> String?) -> String {
    if let option { return option }
    // An empty variable counts as unset, as the shell's ${NAME:-default} has it.
    if let file = environment("GAN_RUNS_DB"), !file.isEmpty { return file }
    return "gan-runs.db"
  }

  package func validate() throws {
    if file == "" { throw ValidationError("--db needs a file's name.") }
  }
}
