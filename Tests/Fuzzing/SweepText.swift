import Configuration
import RunModel
import Sweeps

/// What is refused is refused by a sentence that names the file; what is accepted gives points that are
/// stored and read back the same, and configurations or sentences for them.
func checkSweep(_ bytes: [UInt8]) throws {
  let file: SweepFile
  do {
    file = try SweepFile(text: String(decoding: bytes, as: UTF8.self), source: "a.yaml")
  } catch {
    try demandSentence(error.description)
    try demand(error.description.hasPrefix("a.yaml"), "no place: \(error.description)")
    return
  }
  let again = try SweepFile(text: file.text, source: "b.yaml")
  try demand(again.digest == file.digest && again.space == file.space, "read anew as another")
  try demand(file.objective.value(of: [:], through: file.epochs) == nil, "a value of nothing")
  try demand(
    file.evaluationEpochs(rungs: [1, file.epochs]).allSatisfy { (1...file.epochs).contains($0) },
    "epochs beyond the last")
  let sampler = RandomSampler(file.space)
  for point in 0..<4 {
    let assignment = sampler.suggest(point: point, draw: 0, seed: file.seed, history: [])
    let trial = file.trial(number: point, assignment: assignment)
    let stored = try file.assignment(of: trial)
    try demand(stored == assignment, "stored as \(assignment), read as \(stored)")
    do {
      let configuration = try file.configuration(of: assignment, seed: 2, epochs: file.epochs)
      try demand(
        configuration.seed == 2 && configuration.epochs == file.epochs,
        "seed \(configuration.seed), epochs \(configuration.epochs)")
    } catch { try demandSentence("\(error)") }
  }
}
