/// Why layers make no network.
package enum NetworkError: Error, Hashable {
  case noLayers(network: String)
  /// A shape that can't be read as another.
  case shapesDiffer(network: String, layer: Int, input: [Int], wanted: [Int])
  /// A size below 1.
  case noSize(network: String, layer: Int, shape: [Int])
  /// More numbers than any memory holds.
  case tooLarge(network: String, layer: Int, shape: [Int])
  /// A probability outside 0 ..< 1.
  case probability(network: String, layer: Int, value: Double)
}

extension NetworkError {
  /// The place in `layers` of the layer at fault; the first where there is none.
  package var layer: Int {
    switch self {
    case .noLayers: 0
    case .shapesDiffer(_, let layer, _, _), .noSize(_, let layer, _), .tooLarge(_, let layer, _),
      .probability(_, let layer, _):
      layer
    }
  }
}

extension NetworkError: CustomStringConvertible {
  /// What is wrong, where, and how to mend it.
  package var description: String {
    switch self {
    case .noLayers(let network): "\(network).layers is empty: name at least one layer"
    case .shapesDiffer(let network, let layer, let input, let wanted):
      """
      \(network).layers.\(layer) reads \(input) as \(wanted): make the two hold as many values, in \
      at most 8 dimensions
      """
    case .noSize(let network, let layer, let shape):
      "\(network).layers.\(layer) has the shape \(shape): every size must be at least 1"
    case .tooLarge(let network, let layer, let shape):
      "\(network).layers.\(layer) has the shape \(shape), more than memory holds: make it smaller"
    case .probability(let network, let layer, let value):
      "\(network).layers.\(layer) drops with probability \(value): it must be from 0 to below 1"
    }
  }
}
