import Foundation

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
  }
}

func apply(_ binary: Binary, _ x: Double, _ y: Double) -> Double {
  switch binary {
  case .add: x + y
  case .subtract: x - y
  case .multiply: x * y
  case .divide: x / y
  case .leakyGradient(let slope): y > 0 ? x : Double(slope) * x
  case .tanhGradient: x * (1 - y * y)
  case .sigmoidGradient: x * y * (1 - y)
  }
}

/// Random numbers for tests, a function of a printed seed (SplitMix64, Steele and others 2014).
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func values(_ count: Int, _ range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}
