/// Memory for the temporaries of plans that never run at once: one training step, then a measurement,
/// then a sample grid.
///
/// Plans are best made largest first: a plan that finds too little room gets memory of its own size,
/// which later ones share.
// Unchecked: plans that share it are made, and run, in turn.
package final class SharedArena: @unchecked Sendable {
  private var memory: FloatBuffer?

  /// An arena of no size yet.
  package init() {}

  /// Memory for at least so many values.
  func room(for count: Int) throws(MemoryError) -> FloatBuffer {
    if let memory, memory.count >= count { return memory }
    let larger = try FloatBuffer(allocating: count)
    memory = larger
    return larger
  }
}
