import Foundation

/// One pass through some layers as PyTorch computes it; `Fixtures/make_layers.py` says what it holds.
struct LayerFixture: Decodable {
  /// Whatever stands in a configuration.
  enum Setting: Decodable {
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([Setting])
    case map([String: Setting])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode([Setting].self) {
        self = .list(value)
      } else {
        self = .map(try container.decode([String: Setting].self))
      }
    }

    /// As JSON, which is YAML.
    var json: String {
      switch self {
      case .boolean(let value): "\(value)"
      case .number(let value): value == value.rounded() ? "\(Int(value))" : "\(value)"
      case .text(let value): "\"\(value)\""
      case .list(let values): "[" + values.map(\.json).joined(separator: ", ") + "]"
      case .map(let values):
        "{" + values.map { "\"\($0.key)\": \($0.value.json)" }.joined(separator: ", ") + "}"
      }
    }
  }

  var layers: [Setting]
  var shape: [Int]
  /// Examples.
  var batch: Int
  /// Examples of one unit.
  var group: Int
  var input: [Float]
  var upstream: [Float]
  var state: [String: [Float]]
  var output: [Float]
  var input_gradient: [Float]
  var gradients: [String: [Float]]
  var penalty_gradients: [String: [Float]]
  var statistics: [String: [Float]]
  var evaluated: [Float]

  /// All cases by name.
  static func all() throws -> [String: LayerFixture] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/layers.json")
    return try JSONDecoder().decode([String: LayerFixture].self, from: Data(contentsOf: file))
  }
}
