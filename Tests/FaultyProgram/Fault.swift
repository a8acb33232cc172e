import CFaults
import Glibc
import RunModel

/// One fault that the environment asks for.
///
/// `GAN_RUNS_FAULTS` holds them, parted by spaces:
/// - `kill=MILESTONE:N` ends the process by SIGKILL at the N-th time that the milestone is reached;
/// - `call=GROUP:N:WHAT` has the N-th system call of a group (gr_faults.h) meet a fault: the name of an
///   errno, `short` or `torn`; with `+` behind it all later ones too;
/// - `growth=BYTES[:FILE]` lets files grow by so much altogether, until FILE exists;
/// - `haste=FACTOR` divides the time that the program sleeps;
/// - `sync=N` has the N-th sync fail;
/// - `record=FILE` writes down what changes a file, and the milestones;
/// - `acknowledge=FILE` appends the digest of each published checkpoint, a line each;
/// - `report=FILE` tells at the end how many calls of the group were met.
enum Fault {
  /// Sets up all faults of a text.
  static func setUp(_ text: String) throws {
    var settings: [String: String] = [:]
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw Unknown(text: String(word)) }
      settings[parts[0]] = parts[1]
    }
    let watch = try Watch(
      kill: settings.removeValue(forKey: "kill"),
      acknowledgements: settings.removeValue(forKey: "acknowledge"))
    Milestone.watch { watch.reached($0, $1) }
    if let call = settings.removeValue(forKey: "call") { try fault(calls: call) }
    if let growth = settings.removeValue(forKey: "growth") {
      let parts = growth.split(separator: ":", maxSplits: 1).map(String.init)
      guard let bytes = Int64(parts[0]) else { throw Unknown(text: growth) }
      guard gr_limit_growth(bytes, parts.count > 1 ? parts[1] : nil) == 0 else {
        throw Unknown(text: growth)
      }
    }
    if let haste = settings.removeValue(forKey: "haste") {
      guard let factor = Int(haste), factor > 0 else { throw Unknown(text: haste) }
      gr_hasten(factor)
    }
    let record = settings.removeValue(forKey: "record")
    let sync = settings.removeValue(forKey: "sync")
    if record != nil || sync != nil {
      guard let number = Int(sync ?? "0"), gr_record_storage(record, number) == 0 else {
        throw Unknown(text: "\(record ?? "") \(sync ?? "")")
      }
    }
    if let report = settings.removeValue(forKey: "report") {
      Report.path = report
      atexit { Report.write() }
    }
    if let rest = settings.keys.first { throw Unknown(text: rest) }
  }

  private static let codes = [
    "EIO": EIO, "ENOSPC": ENOSPC, "ENOMEM": ENOMEM, "EMFILE": EMFILE, "ENOLCK": ENOLCK,
  ]

  private static func fault(calls text: String) throws {
    let parts = text.split(separator: ":").map(String.init)
    guard parts.count == 3, let first = Int(parts[1]) else { throw Unknown(text: text) }
    let isLasting = parts[2].hasSuffix("+")
    let what = isLasting ? String(parts[2].dropLast()) : parts[2]
    let kinds = ["short": GR_SHORT, "torn": GR_TORN]
    guard kinds[what] != nil || codes[what] != nil else { throw Unknown(text: text) }
    let code = gr_fault_calls(
      parts[0], first, isLasting ? 1 : 0, kinds[what] ?? GR_FAIL, codes[what] ?? 0)
    guard code == 0 else { throw Unknown(text: text) }
  }
}

/// A fault that nobody knows.
struct Unknown: Error {
  var text: String
}

/// Tells how many calls were met, when the process ends of itself.
private enum Report {
  // Set once, before the program starts.
  nonisolated(unsafe) static var path = ""

  static func write() {
    guard let file = fopen(path, "w") else { return }
    fputs("\(gr_calls_met())\n", file)
    fclose(file)
  }
}
