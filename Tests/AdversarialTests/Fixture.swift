import Foundation

/// A whole training as PyTorch computes it; `Fixtures/make.py` says what it holds and how it is made.
struct Fixture: Decodable {
  struct State: Decodable {
    var step: Int
    /// Each tensor's values, row by row.
    var tensors: [String: [Double]]
  }

  /// A configuration file's text; pictures of files lie beside the fixture.
  var configuration: String
  /// Each step's metrics.
  var steps: [[String: Double]]
  var states: [State]
  /// Eight samples at the end, `[8, 2]` or `[8, 8, 8, 1]`.
  var samples: [Double]

  /// The fixture of a case.
  init(_ name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures")
    self = try JSONDecoder().decode(
      Fixture.self, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
    configuration.replace(
      "\"pictures.idx\"", with: "\"\(folder.appendingPathComponent("pictures.idx").path)\"")
  }
}
