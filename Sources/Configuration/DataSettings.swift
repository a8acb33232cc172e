/// What the real examples are.
package enum DataSettings: Sendable, Hashable {
  /// `modes` Gaussians on a circle around 0.
  case ring(modes: Int, radius: Double, stddev: Double)
  /// `side`² Gaussians on a square grid around 0.
  case grid(side: Int, spacing: Double, stddev: Double)
  /// A rolled-up line in the plane; each coordinate with noise of `stddev`.
  case swissRoll(stddev: Double)
  /// The four `.gz` files in a folder; black and white become the range's ends.
  case fashionMNIST(path: String, range: ClosedRange<Float>)
  /// scikit-learn's hand-written digits of 8 × 8; without a path those of an installed scikit-learn.
  case digits(path: String?, PictureSettings)
  /// A file of pictures in IDX format, and one of their labels.
  case idx(path: String, labels: String?, PictureSettings)
  /// A folder of PNG and JPEG pictures, brought to `size` × `size` pixels of 1 or 3 channels.
  case images(path: String, size: Int, channels: Int, PictureSettings)

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
    case "swiss-roll":
      self = try .swissRoll(stddev: values.number("data.stddev"))
    case "digits":
      self = try .digits(
        path: values.has("data.path") ? values.text("data.path") : nil, PictureSettings(values))
    case "idx":
      self = try .idx(
        path: values.text("data.path"),
        labels: values.has("data.labels") ? values.text("data.labels") : nil,
        PictureSettings(values))
    case "images":
      self = try .images(
        path: values.text("data.path"), size: values.integer("data.size"),
        channels: values.integer("data.channels"), PictureSettings(values))
    default:
      self = .fashionMNIST(
        path: try values.text("data.path"), range: try PictureSettings.range(values))
    }
  }
}

/// What pictures of any file without a test set are read with.
package struct PictureSettings: Sendable, Hashable {
  /// The values of black and white, −1...1 or 0...1.
  package let range: ClosedRange<Float>
  /// The part kept out of training, above 0 and below 1.
  package let heldOut: Double

  init(_ values: Values) throws(ConfigurationError) {
    range = try Self.range(values)
    heldOut = try values.number("data.held_out")
  }

  static func range(_ values: Values) throws(ConfigurationError) -> ClosedRange<Float> {
    try values.number("data.range.0") < 0 ? -1...1 : 0...1
  }
}
