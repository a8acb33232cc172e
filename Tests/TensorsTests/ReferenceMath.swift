import Foundation
import TestSupport

@testable import Tensors

func apply(_ unary: Unary, _ x: Double) -> Double {
  switch unary {
  case .affine(let scale, let shift): Double(scale) * x + Double(shift)
  case .exp: Foundation.exp(x)
  case .log: Foundation.log(x)
  case .sqrt: x.squareRoot()
  case .tanh: Foundation.tanh(x)
  case .sigmoid: 1 / (1 + Foundation.exp(-x))
  case .softplus: max(x, 0) + log1p(Foundation.exp(-abs(x)))
  case .square: x * x
  case .leaky(let slope): x > 0 ? x : Double(slope) * x
  case .clamp(let low, let high): min(max(x, Double(low)), Double(high))
  }
}

func apply(_ binary: Binary, _ x: Double, _ y: Double) -> Double {
  switch binary {
  case .add: x + y
  case .subtract: x - y
  case .multiply: x * y
  case .divide: x / y
  case .leakyGradient(let slope): y > 0 ? x : Double(slope) * x
  case .clampGradient(let low, let high): y >= Double(low) && y <= Double(high) ? x : 0
  case .tanhGradient: x * (1 - y * y)
  case .sigmoidGradient: x * y * (1 - y)
  }
}

extension SeededNumbers {
  mutating func values(_ count: Int, _ range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}
