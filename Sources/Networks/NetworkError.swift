/// Why layers make no network; `layer` is the key behind `layers`, such as `1` or `1.residual.0`.
package enum NetworkError: Error, Hashable {
  case noLayers(network: String)
  /// A shape that can't be read as another.
  case shapesDiffer(network: String, layer: String, input: [Int], wanted: [Int])
  /// A size below 1.
  case noSize(network: String, layer: String, shape: [Int])
  /// More numbers than any memory holds.
  case tooLarge(network: String, layer: String, shape: [Int])
  /// A probability outside 0 ..< 1.
  case probability(network: String, layer: String, value: Double)
  /// A layer of pictures over something else.
  case noPicture(network: String, layer: String, kind: String, input: [Int])
  /// A kernel larger than the padded input.
  case kernelTooLarge(network: String, layer: String, kernel: Int, pad: Int, input: [Int])
  /// Rows at the end that no kernel reaches.
  case outputPad(network: String, layer: String, outputPad: Int, stride: Int)
  /// A transposed convolution whose padding cuts all pixels away.
  case noPixels(network: String, layer: String, input: [Int], output: [Int])
  /// Sides, or channels, that do not fall into whole parts.
  case indivisible(network: String, layer: String, kind: String, input: [Int], by: Int)
  /// A residual whose layers change the shape.
  case residual(network: String, layer: String, input: [Int], output: [Int])
  /// Something about weights, asked of a layer that has none.
  case noWeights(network: String, layer: String, setting: String)
  /// A bias that can't start at the data's means.
  case marginals(network: String, layer: String)
  /// Values read in an order that no module of PyTorch gives.
  case noPyTorchOrder(network: String, layer: String, input: [Int], wanted: [Int])
}

extension NetworkError {
  /// The key of the layer at fault behind `layers`; the first where there is none.
  package var layer: String {
    switch self {
    case .noLayers: "0"
    case .shapesDiffer(_, let layer, _, _), .noSize(_, let layer, _), .tooLarge(_, let layer, _),
      .probability(_, let layer, _), .noPicture(_, let layer, _, _),
      .kernelTooLarge(_, let layer, _, _, _), .outputPad(_, let layer, _, _),
      .noPixels(_, let layer, _, _), .indivisible(_, let layer, _, _, _),
      .residual(_, let layer, _, _), .noWeights(_, let layer, _), .marginals(_, let layer),
      .noPyTorchOrder(_, let layer, _, _):
      layer
    }
  }

  private var network: String {
    switch self {
    case .noLayers(let network), .shapesDiffer(let network, _, _, _), .noSize(let network, _, _),
      .tooLarge(let network, _, _), .probability(let network, _, _),
      .noPicture(let network, _, _, _), .kernelTooLarge(let network, _, _, _, _),
      .outputPad(let network, _, _, _), .noPixels(let network, _, _, _),
      .indivisible(let network, _, _, _, _), .residual(let network, _, _, _),
      .noWeights(let network, _, _), .marginals(let network, _),
      .noPyTorchOrder(let network, _, _, _):
      network
    }
  }
}

extension NetworkError: CustomStringConvertible {
  /// What is wrong, where, and how to mend it.
  package var description: String {
    if case .noLayers = self { return "\(network).layers is empty: name at least one layer" }
    return "\(network).layers.\(layer) \(reason)"
  }

  private var reason: String {
    switch self {
    case .noLayers: "is missing"
    case .shapesDiffer(_, _, let input, let wanted):
      "reads \(input) as \(wanted): make the two hold as many values, in at most 8 dimensions"
    case .noSize(_, _, let shape): "has the shape \(shape): every size must be at least 1"
    case .tooLarge(_, _, let shape):
      "has the shape \(shape), more than memory holds: make it smaller"
    case .probability(_, _, let value):
      "drops with probability \(value): it must be from 0 to below 1"
    case .noPicture(_, _, let kind, let input):
      """
      is \(kind), which takes [height, width, channels], and its input is \(input): put \
      {reshape: [h, w, c]} before it
      """
    case .kernelTooLarge(_, _, let kernel, let pad, let input):
      """
      has a kernel of \(kernel), larger than its input \(input) with pad \(pad): lower kernel or \
      raise pad
      """
    case .outputPad(_, _, let outputPad, let stride):
      "has output_pad \(outputPad): it must be from 0 to below the stride \(stride)"
    case .noPixels(_, _, let input, let output):
      "makes \(output) of \(input): lower pad or raise kernel until every size is at least 1"
    case .indivisible(_, _, "pixel_shuffle", let input, let square):
      """
      is pixel_shuffle, and the \(input.last ?? 0) channels of its input \(input) do not divide by \
      \(square), its factor squared
      """
    case .indivisible(_, _, let kind, let input, let part):
      "is \(kind) by \(part), which does not divide the sides of its input \(input)"
    case .residual(_, _, let input, let output):
      "adds its input \(input) to \(output): the layers of a residual must keep the shape"
    case .noWeights(_, _, let setting):
      "has no weights for \(setting): drop it, or move it to a layer with weights"
    case .marginals:
      """
      can't start at the data's marginals: only the generator's last dense, conv or \
      conv_transpose with a bias can, without batch, layer or pixel norm, and nothing but reshape \
      and flatten after it
      """
    case .noPyTorchOrder(_, _, let input, let wanted):
      """
      makes \(wanted) of \(input), which modules of PyTorch, with channels first, read in another \
      order: export it without --layout
      """
    }
  }
}
