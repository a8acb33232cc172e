import ArgumentParser
import RunModel

/// How much of the stored bytes a check reads.
struct DataOptions: ParsableArguments {
  @Option(
    defaultAsFlag: "100", parsing: .next,
    help: ArgumentHelp(
      "Read stored bytes too: all of them, or a share of the contents chosen by chance, as in --data=10.",
      valueName: "percent"))
  var data: String?

  func validate() throws {
    guard let data, percent == nil else { return }
    guard Double(data) == nil else {
      throw ValidationError("--data=\(data) is no share: a percentage is from 0 to 100.")
    }
    throw ValidationError(
      "--data takes a percentage from 0 to 100 after =, as in --data=10, and '\(data)' is none; a run "
        + "stands before it.")
  }

  private var percent: Double? {
    data.flatMap(Double.init).flatMap { (0...100).contains($0) ? $0 : nil }
  }

  /// The contents to read.
  var sample: DataSample {
    DataSample(percent: percent ?? 0, seed: .random(in: .min ... .max))
  }
}
