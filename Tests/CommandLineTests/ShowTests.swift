import Pictures
import RunModel
import RunRegistry
import Synchronization
import TestSupport
import Testing

@testable import CommandLine

/// `show` beyond a run's page, and `tree`: against a registry that each test fills by the writer.
@Suite("Showing")
struct ShowTests {
  let folder: TemporaryFolder
  let writer: RegistryWriter

  init() throws {
    folder = try TemporaryFolder()
    // The multiplier of Knuth's MMIX generator: ids are made of the high bits.
    let bits = Mutex(UInt64(0))
    writer = try RegistryWriter(
      path: folder.file("runs.db"), clock: { noon },
      random: {
        bits.withLock { bits in
          bits = bits &* 6_364_136_223_846_793_005 &+ 1
          return bits
        }
      })
  }

  private func begin(_ name: String, parent: Run.Parent? = nil) throws -> RunSession {
    try writer.beginRun(
      name: name, experiment: "default", parameters: FixtureRegistry.parameters("minimax"),
      environment: FixtureRegistry.environment(commit: "0a1b2c3"), parent: parent,
      retention: Retention(keepLast: 0, keepEvery: 0))
  }

  private func record(_ session: RunSession, from step: Int = 1, _ values: [Double]) throws {
    for (place, value) in values.enumerated() {
      try session.record(
        StepMeasurement(
          step: step + place, epoch: 1, images: nil, time: noon, values: ["d_loss": value]))
    }
    try session.flush()
  }

  private func call(
    _ arguments: String..., isTerminal: Bool = false, hasColor: Bool = false, width: Int = 80,
    environment: [String: String] = [:], pause: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> Captured {
    var (console, texts) = Console.recording(
      isTerminal: isTerminal, width: width, hasColor: hasColor,
      environment: environment.merging(["GAN_RUNS_DB": folder.file("runs.db")]) { $1 })
    console.pause = pause
    let status = Console.$current.withValue(console) { GanRuns.run(arguments) }
    return Captured(status: status, output: texts().output, error: texts().error)
  }

  /// 5,000 points of 1 with a spike, two NaN and an infinity.
  private func spiky() throws {
    var values = [Double](repeating: 1, count: 5000)
    values[777] = 1e6
    values[2000] = .nan
    values[2001] = .nan
    values[4000] = .infinity
    let session = try begin("spiky")
    try record(session, values)
    try session.finish(.finished)
  }

  @Test(
    "a curve drawn large shows a spike, every NaN and the infinity, and says where",
    arguments: [40, 100])
  func large(width: Int) throws {
    try spiky()
    let drawn = call("show", "spiky", "--metric", "d_loss", isTerminal: true, width: width)
    #expect(drawn.status == .done && drawn.error == "")
    expectSnapshot(drawn.output, named: "show-metric-\(width)")
  }

  @Test("thinned JSON and CSV keep the spike, every NaN and the infinity")
  func points() throws {
    try spiky()
    let json = call("show", "spiky", "--metric", "d_loss", "--points", "320", "--ndjson").output
    #expect(json.contains(#""curves":{"d_loss":{"shown":"#) && json.contains(#","of":5000,"#))
    #expect(json.contains(#""step":778,"epoch":1,"images":null,"value":1000000,"#))
    #expect(json.split(separator: #""value":"NaN""#).count == 3)
    #expect(json.split(separator: #""value":"Infinity""#).count == 2)
    #expect(json.split(separator: #""step":"#).count < 330)
    #expect(call("show", "spiky", "--points", "320", "--ndjson").output == json)
    let csv = call("show", "spiky", "--metric", "d_loss", "--points", "320", "--csv").output
    #expect(csv.hasPrefix("run_id,run_name,metric,step,") && csv.contains(",778,1,,1000000,"))
    #expect(csv.split(separator: "\n").count < 330)
  }

  @Test("a pipe gets every point as fields")
  func piped() throws {
    try spiky()
    let lines = call("show", "spiky", "--metric", "d_loss").output.split(separator: "\n")
    #expect(lines.count == 5000)
    #expect(lines[777].hasSuffix("\tspiky\td_loss\t778\t1\t\t1000000\t2026-11-24T12:00:00.000Z"))
  }

  @Test("a metric that was not recorded is said, with those that were")
  func unrecorded() throws {
    try spiky()
    let result = call("show", "spiky", "--metric", "swd,d_loss", isTerminal: true)
    #expect(result.status == .done && result.output.contains("of 5000 points"))
    #expect(result.error == "spiky recorded no swd; it recorded d_loss\n")
  }

  @Test("a child's chart has its parent's curve, and the tree has both")
  func child() throws {
    let parent = try begin("parent")
    try record(parent, [4, 3, 2])
    try parent.save(FixtureRegistry.snapshot(step: 3), step: 3, epoch: 1, isEpochEnd: true)
    try parent.finish(.finished)
    let checkpoint = try #require(
      try RegistryReader(path: folder.file("runs.db")).checkpoints(of: parent.runID).last)
    let child = try begin(
      "child", parent: Run.Parent(id: parent.runID, checkpointDigest: checkpoint.digest))
    try record(child, from: 4, [1, 2])
    try child.finish(.finished)
    try begin("stranger").finish(.finished)

    let drawn = call("show", "child", "--metric", "d_loss", isTerminal: true).output
    #expect(drawn.contains("2 of 2 points by step\n") && drawn.contains("a child   · parent\n"))
    #expect(drawn.contains("·") && drawn.contains(" 1 ") && drawn.contains("5\n"))
    let coloured = call("show", "child", "--metric", "d_loss", isTerminal: true, hasColor: true)
    #expect(coloured.output.contains("\u{1b}[2m·\u{1b}[0m parent"))

    for name in ["parent", "child"] {
      let tree = call("tree", name, isTerminal: true).output.split(separator: "\n")
      #expect(tree.count == 3)
      #expect(tree[1].hasPrefix("parent ") && tree[2].hasPrefix("└─ child "))
    }
    #expect(call("tree", "stranger").output.split(separator: "\n").count == 1)
    #expect(call("tree", "child", "--csv").output.contains("\n1,\(child.runID),child,finished,"))
    #expect(call("tree", "nobody").status == .missing)
  }

  @Test("a training is shown anew each second until it ends, and then once more, whole")
  func follow() throws {
    let session = try begin("training")
    try record(session, [1])
    let rounds = Mutex(0)
    let shown = call("show", "training", "--follow", "--metric", "d_loss", isTerminal: true) {
      #expect($0 == 1000)
      let round = rounds.withLock { rounds in
        rounds += 1
        return rounds
      }
      do {
        try record(session, from: 1 + round, [Double(round)])
        if round == 3 { try session.finish(.finished) }
      } catch { Issue.record(error) }
    }
    let frames = shown.output.split(separator: "\u{1b}[H")
    #expect(frames.count == 5 && frames[0] == "\u{1b}[2J")
    #expect(frames[1].contains("1 of 1 point by step") && frames[3].contains("3 of 3 points"))
    #expect(frames[4].contains("4 of 4 points by step") && !frames[4].contains("\u{1b}"))
    #expect(frames[1].contains("running") && frames[4].contains("finished"))
  }

  @Test("a pipe waits for the end of the training")
  func followPiped() throws {
    let session = try begin("training")
    try record(session, [1])
    let shown = call("show", "training", "--follow", "--csv") { _ in
      do { try session.finish(.finished) } catch { Issue.record(error) }
    }
    #expect(shown.output.contains("status,finished\n") && !shown.output.contains("running"))
  }

  private func picture(_ session: RunSession, step: Int) throws {
    let picture = Picture(
      width: 4, height: 4, colors: .rgb, background: [255, UInt8(step), 0])
    try session.record(
      SamplePicture(name: "samples", step: step, epoch: step, png: picture.png(), time: noon))
    try session.flush()
  }

  @Test("samples are the newest grid, in colours, in shades, or as its file")
  func samples() throws {
    let session = try begin("ring")
    try picture(session, step: 1)
    try picture(session, step: 2)
    try session.finish(.finished)
    let full = call(
      "show", "ring", "--samples", isTerminal: true, hasColor: true,
      environment: ["COLORTERM": "truecolor"])
    let line = "\u{1b}[38;2;255;2;0;48;2;255;2;0m▀▀▀▀\u{1b}[0m\n"
    #expect(full.output == "ring  samples of epoch 2, step 2\n" + line + line)
    let plain = call("show", "ring", "--samples", isTerminal: true)
    #expect(plain.output.hasSuffix("\n▒▒▒▒\n▒▒▒▒\n"))
    let kitty = call(
      "show", "ring", "--samples", isTerminal: true, hasColor: true,
      environment: ["TERM": "xterm-kitty"])
    #expect(kitty.output.contains("\u{1b}_Gf=100,a=T,q=2,c=4,m=0;iVBOR"))
    let lines = call("show", "ring", "--samples").output.split(separator: "\n")
    #expect(lines.count == 2 && lines[1].hasPrefix("samples\t2\t2\t"))
    #expect(
      call("show", "ring", "--samples", "--ndjson").output.contains(
        #""pictures":[{"name":"samples""#))
  }

  @Test("a run without pictures says how to get them")
  func noSamples() throws {
    try begin("ring").finish(.finished)
    let result = call("show", "ring", "--samples", isTerminal: true)
    #expect(result.output.contains("samples.every"))
    #expect(call("show", "ring", "--samples").output == "")
  }

  @Test(
    "options that do not fit are refused",
    arguments: [
      ["--points", "9"], ["--points", "9", "--csv"], ["--samples", "--metric", "d_loss"],
    ])
  func refusals(options: [String]) throws {
    try begin("ring").finish(.finished)
    let result = Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": folder.file("runs.db")]
    ) { GanRuns.run(["show", "ring"] + options) }
    #expect(result.status == .usage && result.output == "")
  }
}
