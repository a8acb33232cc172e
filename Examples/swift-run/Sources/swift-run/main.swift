// A Swift program that records a run of its own into a registry, and reads it back.
//
//     swift run --package-path Examples/swift-run swift-run runs.db

import Foundation
import RunModel
import RunRegistry

let path = CommandLine.arguments.dropFirst().first ?? "gan-runs.db"
let steps = 200

let writer = try RegistryWriter(path: path)
let session = try writer.beginRun(
  name: "descent", experiment: "examples", parameters: ["lr": .number(0.1), "start": .number(3)],
  environment: RunEnvironment(facts: ["program": "swift-run"]),
  retention: Retention(keepLast: 0, keepEvery: 0))
var x = 3.0
for step in 1...steps {
  let gradient = 2 * x
  x -= 0.1 * gradient
  // Returns at once; the registry's own thread stores it.
  try session.record(
    StepMeasurement(
      step: step, epoch: nil, images: nil, time: .now(),
      values: ["loss": x * x, "gradient": gradient]))
}
try session.record(line: "x is \(x)", at: .now())
try session.finish(.finished)
try writer.close()

let reader = try RegistryReader(path: path)
let run = try reader.run(session.runID.rawValue)
let points = try reader.points(of: run.id, metric: "loss")
print("\(run.id) \(run.name) \(run.status.rawValue) \(points.count) points, last \(points.last?.value ?? .nan)")
