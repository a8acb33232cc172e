import Foundation

// What a sweep's own work costs and comes to. Usage:
//   sweep-bench regret TRIALS SEEDS   how far from the minimum samplers come, a JSON object a line
//   sweep-bench throughput POINTS FILE  trials a second that are decided, claimed and recorded in a registry
//   sweep-bench suggestion POINTS     the processor's ms for one suggestion of TPE after so many points

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.dropFirst().map { Int($0) }) {
case ("regret", let counts) where counts.count == 2:
  guard let trials = counts[0], let seeds = counts[1] else { usage() }
  try measureRegret(trials: trials, seeds: seeds)
case ("suggestion", let counts) where counts.count == 1:
  guard let points = counts[0] else { usage() }
  measureSuggestion(points: points)
case ("throughput", let counts) where counts.count == 2:
  guard let points = counts[0] else { usage() }
  try measureThroughput(points: points, path: arguments[2])
default: usage()
}

/// Says how the program is called, and ends it.
func usage() -> Never {
  FileHandle.standardError.write(
    Data(
      "usage: sweep-bench regret TRIALS SEEDS | throughput POINTS FILE | suggestion POINTS\n".utf8))
  exit(64)
}

/// Writes an object as one line of JSON.
func write(_ object: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  FileHandle.standardOutput.write(try encoder.encode(object) + Data("\n".utf8))
}
