import Files
import Testing

@testable import CommandLine

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Failures")
struct FailureTests {
  private struct Surprise: Error, CustomStringConvertible {
    var description: String { "three hands" }
  }

  @Test("an error that no room throws is a defect of gan-runs")
  func defect() {
    let failure = Failure(reporting: Surprise())
    #expect(failure.status == .defect)
    #expect(failure.sentence?.contains("three hands") == true)
  }

  @Test(
    "an output error has a status and says how to mend it",
    arguments: [
      (ENOSPC, ProcessStatus.disk, "free some space"), (EACCES, .disk, "permission"),
      (EISDIR, .disk, "is a folder"), (ENOENT, .missing, "make it first"), (EIO, .disk, "out.csv"),
    ])
  func output(code: Int32, status: ProcessStatus, words: String) {
    let failure = Failure(reporting: FileError(place: "out.csv", code: code))
    #expect(failure.status == status)
    #expect(failure.sentence?.contains(words) == true)
  }

  @Test("networks that no memory holds end in a sentence, not as a defect")
  func memory() {
    let call = ganRuns(
      "train", "--set", "latent.size=1000000", "--set",
      "generator.layers=[{dense: 1000000}, {dense: 1000000}, {dense: 2}]")
    #expect(call.status == .failed)
    #expect(call.error.hasPrefix("gan-runs: no memory for "), "\(call.error)")
    #expect(call.error.contains("smaller layers"), "\(call.error)")
  }

  @Test("wrong usage exits 64, on standard error, in the program's name")
  func usage() {
    let call = ganRuns("--no-such-option")
    #expect(call.status == .usage)
    #expect(call.output == "")
    #expect(call.error.hasPrefix("gan-runs: "))
    #expect(call.error.contains("no-such-option"))
  }

  @Test("help and version are results")
  func results() {
    #expect(ganRuns("--version").output == "0.1.0\n")
    let help = ganRuns("--help")
    #expect(help.status == .done)
    #expect(help.error == "")
    #expect(help.output.contains("gan-runs list"))
  }
}
