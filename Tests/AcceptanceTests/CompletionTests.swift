import Foundation
import Testing

@Suite("Completion in a shell")
struct CompletionTests {
  /// What bash offers for a line whose last word is being typed.
  private func offers(_ line: String, in place: Workplace) throws -> [String] {
    let program = try Workplace.program(.release)
    let script = """
      PATH=\(program.deletingLastPathComponent().path):$PATH
      source <(gan-runs --generate-completion-script bash)
      COMP_LINE=\(quoted(line)); COMP_POINT=${#COMP_LINE}
      read -ra COMP_WORDS <<< "$COMP_LINE"
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      command=$(complete -p gan-runs | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      "$command" gan-runs "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["--norc", "-c", script]
    process.currentDirectoryURL = place.folder
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  @Test("bash offers verbs, runs by name, checkpoints behind an @, and presets")
  func bash() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--name", "alpha", "--epochs", "1")
    try place.expect("train", "--config", "run.yaml", "--name", "beta", "--epochs", "1")
    try place.expect("checkpoints", "pin", "alpha", "good")
    try place.expect("delete", "beta")

    #expect(try offers("gan-runs sh", in: place) == ["show"])
    #expect(try offers("gan-runs show ", in: place).contains("alpha"))
    #expect(try offers("gan-runs show a", in: place) == ["alpha"])
    #expect(try offers("gan-runs show b", in: place) == [])
    #expect(try offers("gan-runs restore b", in: place) == ["beta"])
    #expect(
      try offers("gan-runs train --preset pacgan-", in: place).sorted() == [
        "pacgan-grid", "pacgan-ring",
      ])
    let checkpoints = try offers("gan-runs sample alpha@", in: place)
    #expect(checkpoints.prefix(2) == ["alpha@last", "alpha@good"])
    #expect(checkpoints.contains("alpha@epoch:1"))
    // A registry that is not there, or none at all, has nothing to offer, and says nothing.
    #expect(try offers("gan-runs show --db nothing.db a", in: place) == [])
    #expect(try offers("gan-runs show --db run.yaml a", in: place) == [])
  }

  /// A shell on a terminal of its own, that takes its keys from a pipe, and how it learns the script.
  static let shells = [
    "zsh": (
      call: "zsh -f -i", start: "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D\n"
    ),
    "fish": (call: "fish --no-config -C 'source _gan-runs'", start: ""),
  ]

  @Test("what Tab completes is what runs", arguments: shells.keys.filter(Workplace.hasProgram))
  func tab(shell: String) throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--name", "alpha", "--epochs", "1")
    try place.expect("train", "--config", "run.yaml", "--name", "beta", "--epochs", "1")
    try place.expect("checkpoints", "pin", "alpha", "good")
    let script = try place.expect("--generate-completion-script", shell).output
    try place.write(script, to: "_gan-runs")
    let (call, start) = try #require(Self.shells[shell])
    let keys = "gan-runs sho\tal\t --js\t>shown; gan-runs sample alpha@go\t -o points.csv; exit\n"
    try place.write(start + keys, to: "keys")
    let typed = try place.start(
      [], environment: ["TERM": "xterm"],
      shell: """
        export PATH="${1%/*}:$PATH"; cat keys | timeout 20 script -qefc "\(call)" /dev/null
        """
    ).wait()
    let shown = try String(contentsOf: place.path("shown"), encoding: .utf8)
    #expect(shown.contains(#""name": "alpha""#), "\(typed.output)")
    let points = try? String(contentsOf: place.path("points.csv"), encoding: .utf8)
    #expect(points?.hasPrefix("x,y\n") == true, "\(typed.output)")
  }

  @Test("each shell's script is made", arguments: ["bash", "zsh", "fish"])
  func scripts(shell: String) throws {
    let script = try Workplace().expect("--generate-completion-script", shell).output
    #expect(script.contains("gan-runs") && script.contains("---completion"))
  }
}
