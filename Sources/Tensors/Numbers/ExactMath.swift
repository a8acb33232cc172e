import CKernels

/// e^x, bit for bit as in the kernels; within 1e-7 of the value.
package func exactExp(_ x: Float) -> Float { gr_exact_exp(x) }

/// The natural logarithm, bit for bit as in the kernels; within 2e-7 of the value.
package func exactLog(_ x: Float) -> Float { gr_exact_log(x) }

/// The hyperbolic tangent, bit for bit as in the kernels; within 2e-7.
package func exactTanh(_ x: Float) -> Float { gr_exact_tanh(x) }

/// The sine of an angle in radians, up to some thousands; within 2e-7.
package func exactSin(_ x: Float) -> Float { gr_exact_sin(x) }

/// The cosine of an angle in radians, up to some thousands; within 2e-7.
package func exactCos(_ x: Float) -> Float { gr_exact_cos(x) }
