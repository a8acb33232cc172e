import Foundation
import RunModel
import RunRegistry

// Checkpoints of 40 float32 tensors of normally distributed numbers: saved durably, loaded and verified,
// and what a save costs the thread that trains. Usage: checkpoint-bench MB REPETITIONS FOLDER, where a MB
// is 10^6 bytes. Prints one JSON object: a list of seconds for each figure, one a repetition.

guard CommandLine.arguments.count == 4, let megabytes = Int(CommandLine.arguments[1]),
  let repetitions = Int(CommandLine.arguments[2])
else {
  FileHandle.standardError.write(Data("usage: checkpoint-bench MB REPETITIONS FOLDER\n".utf8))
  exit(64)
}

let state = BenchmarkState(bytes: megabytes * 1_000_000, tensors: 40)
let slots = SnapshotSlots(byteCount: state.byteCount)
let path = CommandLine.arguments[3] + "/checkpoints.db"
let writer = try RegistryWriter(path: path)
let session = try writer.beginRun(
  name: "bench", experiment: "bench", parameters: [:], environment: RunEnvironment(facts: [:]),
  retention: Retention(keepLast: 0, keepEvery: 0))
let reader = try RegistryReader(path: path)
var figures: [String: [Double]] = ["save": [], "settled": [], "load": [], "stall": [], "copy": []]

// The first of all makes the file and the second slot's pages, and is not counted.
for step in 0...repetitions {
  state.change()
  let start = seconds()
  _ = try session.makeRoom(.block)
  let snapshot = state.snapshot(step: step, in: slots)
  try session.save(snapshot, step: step, epoch: max(step, 1), isEpochEnd: true)
  let stall = seconds() - start
  try session.flush()
  let save = seconds() - start
  // Once nothing waits, the writer moves the WAL into the file; what comes next waits for that.
  usleep(2000)
  try session.flush()
  let settled = seconds() - start
  let copy = state.copySeconds()
  let named = try reader.checkpoint("bench@last").checkpoint
  let loadStart = seconds()
  let loaded = try reader.snapshot(of: named)
  let load = seconds() - loadStart
  guard loaded.digest == snapshot.digest else { fatalError("step \(step) came back otherwise") }
  if step == 0 { continue }
  for (figure, value) in [
    ("save", save), ("settled", settled), ("load", load), ("stall", stall), ("copy", copy),
  ] {
    figures[figure, default: []].append(value)
  }
}
let stored = try reader.checkpoint("bench@last").checkpoint
try session.finish(.finished)
try writer.close()
let lists = figures.sorted { $0.key < $1.key }.map { figure, values in
  "\"\(figure)_seconds\": [" + values.map { String($0) }.joined(separator: ", ") + "]"
}
print(
  "{\"megabytes\": \(megabytes), \"stored_bytes\": \(stored.storedBytes), "
    + lists.joined(separator: ", ") + "}")
