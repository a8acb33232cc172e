import Adversarial
package import ArgumentParser
import Configuration
import Files
import Foundation
import Pictures
import Reports
import RunModel
import RunRegistry
import Safetensors

/// `gan-runs sample`.
package struct Sample: Verb {
  package static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw samples from a run's generator.",
    usage: "gan-runs sample <run[@checkpoint]> [<options>]",
    discussion: """
      Examples:
        gan-runs sample latest
        gan-runs sample first@best --count 16 --seed 7 -o grid.png

      The generator alone draws, by its moving average where it keeps one. FILE.png
      is a grid, DIR/ a folder of single pictures, FILE.csv points of the
      plane, FILE.safetensors the tensors latents and samples.
      """)

  @OptionGroup package var global: GlobalOptions
  @OptionGroup package var registry: RegistryOptions

  @Argument(help: RunReference.checkpointHelp, completion: RunCompletion.checkpoints) package
    var reference: String

  @Option(help: ArgumentHelp("How many samples, 1 to 1000000.", valueName: "n"))
  package var count = 64

  @Option(help: ArgumentHelp("Where the latents start.", valueName: "n"))
  package var seed: UInt64 = 1

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where to. (default: NAME-epoch-N.png; for points CSV on standard output)",
      valueName: "file"))
  package var output: String?

  package init() {}

  package func validate() throws {
    guard (1...1_000_000).contains(count) else {
      throw ValidationError("--count needs a number from 1 to 1000000.")
    }
    if output == "" { throw ValidationError("-o needs a file's name.") }
  }

  package func run(_ console: Console) throws {
    let destination = try output.map(Destination.init)
    let reader = try registry.reader(console)
    if let output { try console.refuse(output, where: reader.path) }
    let (run, checkpoint, snapshot) = try reader.snapshot(reference)
    let configuration = try RunConfiguration(parameters: run.parameters)
    try requireEngine()
    let sampler = try Sampler(
      configuration, checkpoint: snapshot, exampleShape: try reader.exampleShape(of: run.id),
      seed: seed)
    let samples = sampler.draw(count: count)

    let target = destination ?? Self.defaultDestination(sampler, run, checkpoint)
    switch target {
    case .standardOutput: try console.write(try points(of: samples, sampler))
    case .csv(let path): try write(Array(points(of: samples, sampler).utf8), to: path)
    case .png(let path):
      try write(sampler.picture(of: samples).png(), to: path)
    case .folder(let path): try writePictures(of: samples, sampler, to: path)
    case .safetensors(let path):
      try SafetensorsWriter.write(
        tensors: [
          .init(name: "latents", shape: [count, sampler.latentSize], values: samples.latents),
          .init(name: "samples", shape: [count] + sampler.exampleShape, values: samples.values),
        ], metadata: [:], to: path)
    }
    if let path = target.path { console.note("wrote \(path)") }
  }

  /// What becomes of the samples, read from the name of `-o`.
  private enum Destination {
    case standardOutput
    case png(String)
    case csv(String)
    case safetensors(String)
    case folder(String)

    /// Where the samples lie afterwards.
    var path: String? {
      switch self {
      case .standardOutput: nil
      case .png(let path), .csv(let path), .safetensors(let path), .folder(let path): path
      }
    }

    init(_ path: String) throws {
      if path.hasSuffix("/") {
        self = .folder(path)
      } else if path.hasSuffix(".png") {
        self = .png(path)
      } else if path.hasSuffix(".csv") {
        self = .csv(path)
      } else if path.hasSuffix(".safetensors") {
        self = .safetensors(path)
      } else {
        throw Failure(
          .usage,
          "the ending of \(path) names no format; use .png, .csv, .safetensors, or a folder's name "
            + "that ends in /")
      }
    }
  }

  private static func defaultDestination(
    _ sampler: Sampler, _ run: Run, _ checkpoint: Checkpoint
  ) -> Destination {
    if sampler.makesPoints { return .standardOutput }
    // A name is any text; a file's name can't hold a slash.
    let name = run.name.replacing("/", with: "-")
    return .png("\(name)-epoch-\(checkpoint.epoch).png")
  }

  private func points(of samples: Sampler.Samples, _ sampler: Sampler) throws -> String {
    guard sampler.makesPoints else {
      throw Failure(
        .usage,
        "CSV is for points of the plane, and this run makes pictures; use .png or .safetensors")
    }
    var text = csvLine(["x", "y"])
    for sample in 0..<samples.count {
      let point = [samples.values[2 * sample], samples.values[2 * sample + 1]]
      text += csvLine(point.map(\.shortestText))
    }
    return text
  }

  private func writePictures(
    of samples: Sampler.Samples, _ sampler: Sampler, to folder: String
  ) throws {
    guard !sampler.makesPoints else {
      throw Failure(
        .usage,
        "a folder is for pictures, and this run makes points; use .png, .csv or .safetensors")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.disk, "the folder \(folder) can't be made; check the permissions around it")
    }
    let digits = String(samples.count - 1).count
    for (place, picture) in sampler.pictures(of: samples).enumerated() {
      let number = String(place)
      let name = String(repeating: "0", count: digits - number.count) + number
      try write(picture.png(), to: folder + name + ".png")
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let file = try OutputFile(path: path)
    try file.write(bytes)
    try file.finish()
  }
}

extension RegistryReader {
  /// The shape of the examples that a run saw, where its environment tells: the files may be gone.
  func exampleShape(of run: RunID) throws -> [Int]? { try attempts(of: run).exampleShape }
}

extension [Attempt] {
  /// The shape of the examples that the run saw, where the first environment tells.
  var exampleShape: [Int]? {
    let text = first?.environment.facts["data_shape"]
    let extents = text?.split(separator: " ").compactMap { Int($0) }
    guard let extents, extents.count == 3, extents.allSatisfy((1...4096).contains) else {
      return nil
    }
    return extents
  }
}
