import CKernels

/// A graph made ready to be run again and again: kernel calls in stages, and their memory.
///
/// A run allocates nothing and looks nothing up. One thread uses a plan at a time.
package final class Plan {
  private enum Result {
    case matrix(UnsafeMutablePointer<Float>, rows: Int, columns: Int)
    case norm(UnsafeMutablePointer<Double>)
  }

  package let sharding: Sharding
  /// Kernel calls in one run, over all lanes.
  package let callCount: Int
  /// Stages in one run; threads meet between them.
  package let stageCount: Int
  /// Bytes of temporaries.
  package var arenaBytes: Int {
    memory.scratch.reduce(memory.arena.count) { $0 + $1.count } * 4
  }

  private let graph: Graph
  private let memory: PlanMemory
  private let results: [Result]
  private let calls: UnsafeMutablePointer<gr_call>
  private let starts: UnsafeMutablePointer<Int64>
  private var program: gr_program

  /// Plans a graph for a batch.
  ///
  /// - Parameters:
  ///   - seed: the key of the graph's random numbers.
  ///   - arena: where its temporaries and outputs lie, until another plan that shares it runs.
  ///   - variant: the registers that its loops use; never part of the result.
  /// - Throws: `MemoryError` where its temporaries and inputs find no room.
  package init(
    _ graph: Graph, sharding: Sharding, seed: UInt64, arena: SharedArena = SharedArena(),
    variant: KernelVariant = .widest
  ) throws(MemoryError) {
    let graph = try Lowering.lowered(graph, for: sharding)
    let planner = Planner(graph, sharding: sharding)
    let memory = try PlanMemory(planner, sharing: arena)
    let emission: Emission
    do {
      emission = try Emission(planner: planner, memory: memory, seed: seed, variant: variant)
    } catch {
      memory.deallocate()
      throw error
    }
    self.graph = graph
    self.sharding = sharding
    self.memory = memory
    results = graph.outputs.map { output in
      switch output.source {
      case .node(let index):
        .matrix(
          emission.place(index), rows: planner.rowCount(index),
          columns: graph.nodes[index].columns)
      case .gradientNorm(let place):
        .norm(memory.norm(place))
      }
    }
    callCount = emission.buckets.reduce(0) { $0 + $1.count }
    stageCount = planner.stageCount
    calls = .allocate(capacity: max(1, callCount))
    starts = .allocate(capacity: emission.buckets.count + 1)
    var next = 0
    for (place, bucket) in emission.buckets.enumerated() {
      starts[place] = Int64(next)
      for call in bucket {
        (calls + next).initialize(to: call)
        next += 1
      }
    }
    starts[emission.buckets.count] = Int64(next)
    program = gr_program(
      calls: calls, starts: starts, stages: Int32(planner.stageCount),
      lanes: Int32(sharding.shards))
  }

  deinit {
    calls.deallocate()
    starts.deallocate()
    memory.deallocate()
  }

  /// Computes everything once.
  package func run(on workers: Workers) {
    gr_pool_run(workers.pool, &program)
    precondition(
      memory.failure.pointee == 0,
      "oneDNN refused a call with status \(memory.failure.pointee)")
  }

  /// Fills or reads an input, row by row.
  package func withInput<Value>(
    _ name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Value
  ) rethrows -> Value {
    guard let place = graph.inputs.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("the graph has no input \(name)")
    }
    return try memory.inputs[place].withUnsafeMutableBufferPointer(body)
  }

  /// Sets a counter for the runs to come.
  package func set(_ counter: Counter, to value: UInt64) {
    memory.counters[counter.index] = value
  }

  /// Sets a number for the runs to come.
  package func set(_ scalar: HostScalar, to value: Float) {
    memory.hostScalars[scalar.index] = value
  }

  /// The output of a name.
  package func output(named name: String) -> Output? {
    graph.outputs.firstIndex { $0.name == name }.map(Output.init)
  }

  /// A scalar output, or a gradient's norm, of the last run.
  package func scalar(_ output: Output) -> Double {
    switch results[output.index] {
    case .matrix(let values, let rows, let columns):
      precondition(rows == 1 && columns == 1, "an output [\(rows), \(columns)] is no scalar")
      return Double(values.pointee)
    case .norm(let norm): return norm.pointee
    }
  }

  /// Reads a matrix of the last run, row by row.
  package func withOutput<Value>(
    _ output: Output,
    _ body: (_ values: UnsafeBufferPointer<Float>, _ rows: Int, _ columns: Int) throws -> Value
  ) rethrows -> Value {
    guard case .matrix(let values, let rows, let columns) = results[output.index] else {
      preconditionFailure("a gradient's norm is no matrix")
    }
    return try body(UnsafeBufferPointer(start: values, count: rows * columns), rows, columns)
  }

  /// Reads a matrix of the last run by its name.
  package func withOutput<Value>(
    _ name: String,
    _ body: (_ values: UnsafeBufferPointer<Float>, _ rows: Int, _ columns: Int) throws -> Value
  ) rethrows -> Value {
    guard let output = output(named: name) else {
      preconditionFailure("the graph has no output \(name)")
    }
    return try withOutput(output, body)
  }
}
