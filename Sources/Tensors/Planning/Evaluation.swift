import CKernels

/// One element of a pointwise operation, by the kernel that a plan would call.
func evaluate(_ operation: Operation, _ values: [Float], units: Int) -> Float {
  var call = gr_call()
  let function: Kernel
  switch operation {
  case .unary(let unary):
    let kernel = unary.kernel
    (function, call.p, call.q) = (kernel.function, kernel.p, kernel.q)
  case .binary(let binary):
    let kernel = binary.kernel
    (function, call.p, call.q) = (kernel.function, kernel.p, kernel.q)
  case .scale(let factor): (function, call.p) = (gr_affine, factor.value(units: units))
  default: preconditionFailure("only pointwise operations have single elements")
  }
  var result: Float = 0
  values.withUnsafeBufferPointer { values in
    withUnsafeMutablePointer(to: &result) { result in
      call.out = result
      call.a = values.baseAddress
      call.b = values.baseAddress.map { $0 + (values.count - 1) }
      (call.rows, call.columns) = (1, 1)
      function(&call)
    }
  }
  return result
}
