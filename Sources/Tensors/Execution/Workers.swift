import CKernels

/// Threads that replay plans: the caller's own and others that sleep between runs.
///
/// A speed setting: results do not depend on how many there are. One plan runs at a time.
// Unchecked: the pool is made and torn down here alone, and has its own barriers.
package final class Workers: @unchecked Sendable {
  /// Threads that compute, the caller's among them.
  package let threads: Int
  let pool: OpaquePointer

  /// So many threads, of which `threads − 1` are started.
  package init(threads: Int) {
    precondition(threads > 0, "\(threads) threads can't compute")
    guard let pool = gr_pool_create(Int32(threads)) else {
      preconditionFailure("the system refused to start \(threads - 1) threads")
    }
    self.threads = threads
    self.pool = pool
  }

  deinit { gr_pool_destroy(pool) }
}
