import CKernels

typealias Kernel = @convention(c) (UnsafePointer<gr_call>?) -> Void

/// Operations on one element at a time.
enum Unary: Hashable {
  case affine(scale: Float, shift: Float)
  case exp, log, sqrt, tanh, sigmoid, softplus, square
  /// x where it is above 0, else slope times x.
  case leaky(Float)
  case clamp(low: Float, high: Float)

  func derivative(x: Tensor, y: Tensor, adjoint: Tensor) -> Tensor {
    switch self {
    case .affine(let scale, _): adjoint.affine(scale: scale, shift: 0)
    case .exp: adjoint * y
    case .log: adjoint / x
    case .sqrt: (adjoint / y).affine(scale: 0.5, shift: 0)
    case .tanh: adjoint.combined(.tanhGradient, y)
    case .sigmoid: adjoint.combined(.sigmoidGradient, y)
    case .softplus: adjoint * x.sigmoid
    case .square: adjoint.affine(scale: 2, shift: 0) * x
    // From the output's sign, which is the input's: the input need not be kept.
    case .leaky(let slope): adjoint.combined(.leakyGradient(slope), y)
    case .clamp(let low, let high): adjoint.combined(.clampGradient(low: low, high: high), x)
    }
  }

  var kernel: (function: Kernel, p: Float, q: Float) {
    switch self {
    case .affine(let scale, let shift): (gr_affine, scale, shift)
    case .exp: (gr_exp, 0, 0)
    case .log: (gr_log, 0, 0)
    case .sqrt: (gr_sqrt, 0, 0)
    case .tanh: (gr_tanh, 0, 0)
    case .sigmoid: (gr_sigmoid, 0, 0)
    case .softplus: (gr_softplus, 0, 0)
    case .square: (gr_square, 0, 0)
    case .leaky(let slope): (gr_leaky, slope, 0)
    case .clamp(let low, let high): (gr_clamp, low, high)
    }
  }
}

/// Operations on two elements at a time.
enum Binary: Hashable {
  case add, subtract, multiply, divide
  /// x times the derivative of a leaky rectifier whose output is y.
  case leakyGradient(Float)
  /// x where y is at least low and at most high, else 0: the derivative of a clamp of y.
  case clampGradient(low: Float, high: Float)
  /// x (1 − y²): the derivative of tanh from its output.
  case tanhGradient
  /// x y (1 − y): the derivative of the logistic function from its output.
  case sigmoidGradient

  func derivative(by place: Int, x: Tensor, y: Tensor, adjoint: Tensor) -> Tensor? {
    switch (self, place) {
    case (.add, _): adjoint
    case (.subtract, 0): adjoint
    case (.subtract, _): -adjoint
    case (.multiply, 0): adjoint * y
    case (.multiply, _): adjoint * x
    case (.divide, 0): adjoint / y
    case (.divide, _): -(adjoint * (x / (y * y)))
    case (.leakyGradient, 0), (.clampGradient, 0), (.tanhGradient, 0), (.sigmoidGradient, 0):
      adjoint.combined(self, y)
    case (.leakyGradient, _), (.clampGradient, _): nil
    case (.tanhGradient, _): adjoint * (x * y).affine(scale: -2, shift: 0)
    case (.sigmoidGradient, _): adjoint * (x * y.affine(scale: -2, shift: 1))
    }
  }

  var kernel: (function: Kernel, p: Float, q: Float) {
    switch self {
    case .add: (gr_add, 0, 0)
    case .subtract: (gr_subtract, 0, 0)
    case .multiply: (gr_multiply, 0, 0)
    case .divide: (gr_divide, 0, 0)
    case .leakyGradient(let slope): (gr_leaky_gradient, slope, 0)
    case .clampGradient(let low, let high): (gr_clamp_gradient, low, high)
    case .tanhGradient: (gr_tanh_gradient, 0, 0)
    case .sigmoidGradient: (gr_sigmoid_gradient, 0, 0)
    }
  }
}

/// A factor that depends on how many rows the plan's batch has.
enum BatchFactor: Hashable {
  /// One over the rows of a matrix with so many a unit.
  case oneOverRows(perUnit: Int)
  /// n / (n − 1) for those rows: what makes a variance unbiased; 1 for a single row.
  case unbiased(perUnit: Int)

  func value(units: Int) -> Float {
    switch self {
    case .oneOverRows(let perUnit): Float(1 / Double(perUnit * units))
    case .unbiased(let perUnit):
      Float(Double(perUnit * units) / Double(max(1, perUnit * units - 1)))
    }
  }
}

extension Tensor {
  /// Of repeated values each is mapped once, before it is repeated.
  func mapped(_ unary: Unary) -> Tensor {
    let node = graph.nodes[index]
    switch node.operation {
    case .broadcastRows:
      return graph.tensor(node.operands[0]).mapped(unary).broadcastRows(to: rows)
    case .broadcastColumns:
      return graph.tensor(node.operands[0]).mapped(unary).broadcastColumns(to: columns)
    default: return graph.append(.unary(unary), [self], rows: rows, columns: columns)
    }
  }

  /// Both operands brought to one shape: `[1, c]`, `[r, 1]` and scalars repeat.
  func combined(_ binary: Binary, _ other: Tensor) -> Tensor {
    let (x, y) = (broadcast(toMeet: other), other.broadcast(toMeet: self))
    precondition(
      x.rows == y.rows && x.columns == y.columns,
      "\(shape) and \(other.shape) can't be combined element by element")
    return graph.append(.binary(binary), [x, y], rows: x.rows, columns: x.columns)
  }

  private func broadcast(toMeet other: Tensor) -> Tensor {
    var result = self
    if rows == .fixed(1), other.rows != rows { result = result.broadcastRows(to: other.rows) }
    if columns == 1, other.columns != 1 { result = result.broadcastColumns(to: other.columns) }
    return result
  }

  func scaled(by factor: BatchFactor) -> Tensor {
    graph.append(.scale(factor), [self], rows: rows, columns: columns)
  }

  /// Times n / (n − 1), n being the rows of a batched matrix with `perUnit` rows a unit: the unbiased
  /// variance from the biased one.
  package func unbiased(perUnit: Int) -> Tensor { scaled(by: .unbiased(perUnit: perUnit)) }

  /// scale · x + shift.
  package func affine(scale: Float, shift: Float) -> Tensor {
    mapped(.affine(scale: scale, shift: shift))
  }

  /// e^x.
  package var exp: Tensor { mapped(.exp) }
  /// The natural logarithm.
  package var log: Tensor { mapped(.log) }
  /// The square root; its derivative at 0 is infinite.
  package var sqrt: Tensor { mapped(.sqrt) }
  /// The hyperbolic tangent.
  package var tanh: Tensor { mapped(.tanh) }
  /// 1 / (1 + e^−x).
  package var sigmoid: Tensor { mapped(.sigmoid) }
  /// log(1 + e^x), without overflow.
  package var softplus: Tensor { mapped(.softplus) }
  /// x².
  package var square: Tensor { mapped(.square) }

  /// x where it is above 0, else slope · x; slope 0 is the rectifier.
  package func leaky(slope: Float) -> Tensor {
    precondition(slope >= 0, "a slope of \(slope) hides the input's sign")
    return mapped(.leaky(slope))
  }

  /// x, but at least low and at most high; the derivative is 1 from low to high, both included.
  package func clamp(low: Float, high: Float) -> Tensor {
    precondition(low <= high, "nothing is at least \(low) and at most \(high)")
    return mapped(.clamp(low: low, high: high))
  }

  /// Element by element; `[1, c]`, `[r, 1]` and scalars repeat.
  package static func + (x: Tensor, y: Tensor) -> Tensor { x.combined(.add, y) }
  /// Element by element; `[1, c]`, `[r, 1]` and scalars repeat.
  package static func - (x: Tensor, y: Tensor) -> Tensor { x.combined(.subtract, y) }
  /// Element by element; `[1, c]`, `[r, 1]` and scalars repeat.
  package static func * (x: Tensor, y: Tensor) -> Tensor { x.combined(.multiply, y) }
  /// Element by element; `[1, c]`, `[r, 1]` and scalars repeat.
  package static func / (x: Tensor, y: Tensor) -> Tensor { x.combined(.divide, y) }
  /// Minus x.
  package static prefix func - (x: Tensor) -> Tensor { x.affine(scale: -1, shift: 0) }
}
