// A Swift program that records a run of its own, and reads it back.
//
//     swift run descent runs.db && gan-runs --db runs.db show descent
//
// A package of your own depends on `.product(name: "RunRegistry", package: "gan-runs")` of a checkout:
// `.package(path: "../gan-runs")`.

import RunModel
import RunRegistry

let path = CommandLine.arguments.dropFirst().first ?? "gan-runs.db"

// The file is made where there is none. One writer serves all of a program's runs.
let writer = try RegistryWriter(path: path)
let run = try writer.beginRun(
  name: "descent", experiment: "examples",
  parameters: ["lr": .number(0.1), "start": .number(3), "steps": .integer(200)],
  environment: RunEnvironment(facts: ["program": "descent"]),
  retention: Retention(keepLast: 0, keepEvery: 0))
var x = 3.0
for step in 1...200 {
  let gradient = 2 * x
  x -= 0.1 * gradient
  // Returns at once; the registry's own thread stores it.
  try run.record(
    StepMeasurement(
      step: step, epoch: nil, images: nil, time: .now(),
      values: ["loss": x * x, "gradient": gradient]))
}
try run.record(line: "x is \(x)", at: .now())
try run.finish(.finished)
try writer.close()

let reader = try RegistryReader(path: path)
let kept = try reader.run(run.runID.rawValue)
let losses = try reader.points(of: kept.id, metric: "loss")
print(
  "\(kept.name) \(kept.status.rawValue): \(losses.count) losses,",
  "from \(losses.first?.value ?? .nan) to \(losses.last?.value ?? .nan)")
