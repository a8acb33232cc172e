import Foundation
import RunModel
import RunRegistry

// Makes a registry for questions to be asked of: RUNS finished runs, each with five params and METRICS
// metrics at each of EPOCHS epochs. Usage: registry-bench RUNS METRICS EPOCHS FILE. Run r's metric m
// falls from twice a base value towards it, so that runs sort and filter apart.

let arguments = CommandLine.arguments
guard arguments.count == 5, let runs = Int(arguments[1]), let metrics = Int(arguments[2]),
  let epochs = Int(arguments[3])
else {
  FileHandle.standardError.write(Data("usage: registry-bench RUNS METRICS EPOCHS FILE\n".utf8))
  exit(64)
}

/// A number from 0 to 1 that depends on the two alone (the finaliser of SplitMix64).
func base(run: Int, metric: Int) -> Double {
  var bits = UInt64(run * 1000 + metric + 1) &* 0x9E37_79B9_7F4A_7C15
  bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
  return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
}

let writer = try RegistryWriter(path: arguments[4])
let began = Date()
for run in 0..<runs {
  var parameters: [String: ParameterValue] = [:]
  for number in 0..<5 { parameters["p\(number)"] = .integer(Int64((run * 7 + number * 3) % 10)) }
  let session = try writer.beginRun(
    name: "run\(run)", experiment: "queries", parameters: parameters,
    environment: RunEnvironment(facts: ["version": "bench"]),
    retention: Retention(keepLast: 0, keepEvery: 0))
  let bases = (0..<metrics).map { base(run: run, metric: $0) }
  for epoch in 1...epochs {
    var values: [String: Double] = [:]
    for metric in 0..<metrics {
      values["metric_\(metric)"] = bases[metric] * (1 + 1 / Double(epoch))
    }
    try session.record(
      StepMeasurement(
        step: epoch, epoch: epoch, images: epoch * 6400, time: .now(),
        values: values))
  }
  try session.finish(.finished)
  if run % 1000 == 999 {
    FileHandle.standardError.write(
      Data("\(run + 1) of \(runs) runs, \(Int(Date().timeIntervalSince(began))) s\n".utf8))
  }
}
try writer.close()
