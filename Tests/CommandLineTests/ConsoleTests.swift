import RunModel
import Synchronization
import Testing

@testable import CommandLine

@Suite("The console")
struct ConsoleTests {
  @Test("results and notes go to different streams")
  func streams() throws {
    let (console, texts) = Console.recording(isTerminal: false)
    try console.print("result")
    console.note("note")
    #expect(texts().output == "result\n")
    #expect(texts().error == "note\n")
  }

  @Test("quiet silences notes and progress, never errors")
  func quiet() {
    var (console, texts) = Console.recording(isTerminal: true)
    console.isQuiet = true
    console.note("note")
    console.progress("progress")
    console.say("error")
    #expect(texts().error == "error\n")
  }

  @Test("progress is shown on a terminal alone")
  func progressWhenPiped() {
    let (console, texts) = Console.recording(isTerminal: false)
    console.progress("progress")
    #expect(texts().error == "")
  }

  @Test("progress is written ten times a second at most, and its text not even made between")
  func progressRate() {
    let time = Mutex(noon)
    let made = Mutex(0)
    let (console, texts) = Console.recording(isTerminal: true, now: { time.withLock { $0 } })
    func line() -> String {
      made.withLock { $0 += 1 }
      return "p"
    }
    for _ in 0..<1000 {
      console.progress(line())
      time.withLock { $0.microseconds += 1000 }
    }
    #expect(made.withLock { $0 } == 10)
    #expect(texts().error == String(repeating: "\rp\u{1b}[K", count: 10))
  }

  @Test("a note takes the progress line away first")
  func noteOverProgress() {
    let (console, texts) = Console.recording(isTerminal: true)
    console.progress("p")
    console.note("note")
    console.note("again")
    #expect(texts().error == "\rp\u{1b}[K\r\u{1b}[Knote\nagain\n")
  }

  @Test("a progress line never wraps")
  func progressWidth() {
    let (console, texts) = Console.recording(isTerminal: true, width: 10)
    console.progress("0123456789abc")
    #expect(texts().error == "\r01234567…\u{1b}[K")
  }

  @Test(
    "colour follows the choice, then NO_COLOR, CLICOLOR_FORCE, TERM and the terminal",
    arguments: [
      (ColorChoice.auto, true, [:], true),
      (.auto, false, [:], false),
      (.auto, true, ["NO_COLOR": "1"], false),
      (.auto, true, ["NO_COLOR": ""], true),
      (.auto, true, ["TERM": "dumb"], false),
      (.auto, false, ["CLICOLOR_FORCE": "1"], true),
      (.auto, false, ["CLICOLOR_FORCE": "0"], false),
      (.auto, false, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
      (.always, false, ["NO_COLOR": "1"], true),
      (.never, true, ["CLICOLOR_FORCE": "1"], false),
    ] as [(ColorChoice, Bool, [String: String], Bool)])
  func color(choice: ColorChoice, isTerminal: Bool, environment: [String: String], expected: Bool) {
    let colors = choice.colors(isTerminal: isTerminal) { environment[$0] }
    #expect(colors == expected)
  }

  @Test("the registry is --db, else GAN_RUNS_DB, else gan-runs.db")
  func registryPath() {
    func path(_ option: String?, _ environment: [String: String]) -> String {
      RegistryOptions.path(option: option) { environment[$0] }
    }
    #expect(path("a.db", ["GAN_RUNS_DB": "b.db"]) == "a.db")
    #expect(path(nil, ["GAN_RUNS_DB": "b.db"]) == "b.db")
    #expect(path(nil, ["GAN_RUNS_DB": ""]) == "gan-runs.db")
    #expect(path(nil, [:]) == "gan-runs.db")
  }
}
