import CKernels

/// The registers that the loops of a plan use; a speed setting, all give the same bits.
package enum KernelVariant: Int32, Sendable, CaseIterable {
  /// What every x86-64 CPU has: SSE2, 4 values wide.
  case baseline
  /// 8 values wide.
  case avx2
  /// 16 values wide.
  case avx512

  /// The widest that this CPU has.
  package static var widest: KernelVariant {
    KernelVariant(rawValue: gr_widest_variant()) ?? .baseline
  }

  /// All that this CPU has, the narrowest first.
  package static var available: [KernelVariant] {
    allCases.filter { $0.rawValue <= widest.rawValue }
  }

  /// A kernel for these registers, or the kernel itself where there is no such one.
  func kernel(_ kernel: Kernel?) -> Kernel? { gr_variant(kernel, rawValue) }
}
