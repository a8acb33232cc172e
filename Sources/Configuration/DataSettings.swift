/// What the real examples are.
package enum DataSettings: Sendable, Hashable {
  /// `modes` Gaussians on a circle around 0.
  case ring(modes: Int, radius: Double, stddev: Double)
  /// `side`² Gaussians on a square grid around 0.
  case grid(side: Int, spacing: Double, stddev: Double)
  /// The four `.gz` files in a folder; black and white become the range's ends.
  case fashionMNIST(path: String, range: ClosedRange<Float>)

  init(_ values: Values) throws(ConfigurationError) {
    switch try values.text("data.kind") {
    case "ring":
      self = try .ring(
        modes: values.integer("data.modes"), radius: values.number("data.radius"),
        stddev: values.number("data.stddev"))
    case "grid":
      self = try .grid(
        side: values.integer("data.side"), spacing: values.number("data.spacing"),
        stddev: values.number("data.stddev"))
    default:
      let range = try (values.number("data.range.0"), values.number("data.range.1"))
      self = .fashionMNIST(
        path: try values.text("data.path"), range: range.0 < 0 ? -1...1 : 0...1)
    }
  }
}
