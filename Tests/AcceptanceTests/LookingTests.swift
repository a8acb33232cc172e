import Foundation
import Testing

/// What a person sees: under a pseudo-terminal, which script(1) makes.
@Suite("Looking at runs, on a terminal")
struct LookingTests {
  /// Runs a call on a terminal of a size; the program is `"$1"` in it.
  private func onTerminal(
    _ place: Workplace, _ arguments: [String], columns: Int = 80, lines: Int = 30,
    environment: [String: String] = [:]
  ) throws -> RunningProgram {
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    return try place.start(
      [], environment: ["TERM": "xterm-256color"].merging(environment) { $1 },
      shell: "script -qefc \"stty cols \(columns) rows \(lines); '$1' \(quoted)\" /dev/null")
  }

  private func hasDots(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x2801...0x28ff).contains($0.value) }
  }

  @Test("compare draws curves in colours on a terminal, in letters without, and none in a pipe")
  func compare() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    for seed in ["1", "2"] {
      try place.expect(
        "train", "--config", "run.yaml", "--epochs", "3", "--seed", seed, "--name", "seed-\(seed)")
    }
    let call = ["compare", "seed-1", "seed-2", "--metrics", "d_loss"]
    let colored = try onTerminal(place, call).wait()
    #expect(colored.status == 0)
    #expect(colored.output.contains("6 of 6 points by step") && hasDots(colored.output))
    #expect(colored.output.contains("\u{1b}[36m"))
    let plain = try onTerminal(place, call, columns: 40, environment: ["NO_COLOR": "1"]).wait()
    #expect(plain.output.contains("a seed-1   b seed-2") && !plain.output.contains("\u{1b}"))
    let lines = plain.output.split(separator: "\r\n").prefix { !$0.contains("parts from") }
    #expect(lines.allSatisfy { $0.count <= 40 }, "\(plain.output)")
    #expect(!hasDots(try place.expect(call).output))
    #expect(try place.expect("show", "seed-1", "--metric", "d_loss").lines.count == 3)
  }

  @Test("show fits the screen, says what it leaves out, and has it all for --all and a pipe")
  func screen() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--set", "loss=hinge", "--name", "ring")
    try place.expect("checkpoints", "pin", "ring@epoch:4", "good")
    for (lines, isWhole) in [(24, false), (40, false), (100, false), (24, true)] {
      let call = ["show", "ring"] + (isWhole ? ["--all"] : [])
      let shown = try onTerminal(
        place, call, lines: lines, environment: ["NO_COLOR": "1"]
      ).wait().output.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast()
      #expect(isWhole ? shown.count > 60 : shown.count < lines, "\(shown.joined(separator: "\n"))")
      #expect(shown.allSatisfy { $0.count <= 80 } || isWhole)
      #expect(shown.contains { $0.contains("loss hinge") })
      #expect(shown.contains { $0.hasSuffix("  good") })
      #expect(shown.contains { $0.hasSuffix(": --all") } != isWhole)
      #expect(shown.contains { $0.contains("step_d_loss") } == (lines > 24 || isWhole))
    }
    #expect(try place.expect("show", "ring").lines.count > 80)
  }

  @Test("show --follow shows a training until it is stopped, and then the whole page")
  func follow() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let trainer = try place.start(["train", "--config", "run.yaml", "--epochs", "100000"])
    try place.waitUntilTraining(trainer)
    let watcher = try onTerminal(place, ["show", "latest", "--follow"])
    while try !watcher.outputSoFar().contains("running"), watcher.process.isRunning {
      usleep(50_000)
    }
    trainer.send(SIGINT)
    #expect(try trainer.wait().status == 130)
    let shown = try watcher.wait()
    #expect(shown.status == 0)
    let last = shown.output.components(separatedBy: "\u{1b}[2J\u{1b}[H").last ?? ""
    #expect(last.contains("interrupted") && last.contains("DIGEST"))
  }

  @Test("a page holds every run's grids, and asks for nothing")
  func page() throws {
    let place = try Workplace()
    for seed in ["1", "2"] {
      try place.expect(
        "train", "--preset", "fashion-mlp", "--epochs", "2", "--seed", seed, "--set",
        "steps_per_epoch=2", "--set", "samples.every=1", "--set", "samples.count=4", "--name",
        "<b>\(seed)")
    }
    try place.expect("compare", "<b>1", "<b>2", "--html", "page.html")
    let page = try String(contentsOf: place.path("page.html"), encoding: .utf8)
    #expect(page.components(separatedBy: "src=\"data:image/png;base64,iVBORw0KGgo").count == 5)
    #expect(page.contains("&lt;b&gt;1") && !page.contains("<b>1") && !page.contains("://"))
    let samples = try onTerminal(
      place, ["show", "latest", "--samples"], environment: ["COLORTERM": "truecolor"]
    ).wait()
    #expect(samples.output.contains("samples of epoch 2, step 4"))
    #expect(samples.output.contains("\u{1b}[38;2;") && samples.output.contains("▀"))
  }
}
