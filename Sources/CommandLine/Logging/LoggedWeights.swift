import RunModel
import Safetensors

/// The weights of a safetensors file that another program saved, as a checkpoint is stored from them; their
/// bytes are read as they are asked for.
struct LoggedWeights: CheckpointSource {
  let layout: [TensorShape]
  let counters: [String: Snapshot.Counter]
  let clocks: [String: Double] = [:]
  let seed: UInt64 = 0
  /// What was left out, in a sentence each.
  let notices: [String]
  private let file: SafetensorsReader
  private let tensors: [SafetensorsReader.Tensor]

  /// - Throws: `BadLine` that names a tensor of another type.
  init(_ file: SafetensorsReader, step: Int) throws {
    self.file = file
    // PyTorch's count of batches, of which nothing is computed.
    let counts = file.tensors.filter { $0.name.hasSuffix(".num_batches_tracked") }
    let weights = file.tensors.filter { !$0.name.hasSuffix(".num_batches_tracked") }
    if let other = weights.first(where: { ![.f32, .f16, .bf16].contains($0.dtype) }) {
      throw BadLine(
        "tensor \(other.name) of \(file.path) is of \(other.dtype.rawValue), and a checkpoint's are F32, "
          + "F16 or BF16; convert it with tensor.float() before it is saved")
    }
    tensors = weights.sorted { $0.name < $1.name }
    layout = tensors.map { TensorShape(name: $0.name, shape: $0.shape) }
    counters = ["step": .integer(Int64(step))]
    notices =
      counts.isEmpty ? [] : ["left out num_batches_tracked of \(counts.count) batch norms"]
  }

  func withBytes<Result>(
    of index: Int, in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
    defer { memory.deallocate() }
    let tensor = tensors[index]
    guard tensor.dtype != .f32 else {
      try file.read(tensor, from: range.lowerBound, into: memory)
      return try body(UnsafeRawBufferPointer(memory))
    }
    // Half as many bytes, which begin in the upper half of the memory, each value widened in its order.
    precondition(range.lowerBound % 4 == 0 && range.count % 4 == 0, "whole values are asked for")
    let halves = UnsafeMutableRawBufferPointer(rebasing: memory[(range.count / 2)...])
    try file.read(tensor, from: range.lowerBound / 2, into: halves)
    for place in 0..<range.count / 4 {
      let half = halves.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)
      let value =
        tensor.dtype == .bf16
        ? Float(bitPattern: UInt32(half) << 16) : Float(Float16(bitPattern: half))
      memory.storeBytes(of: value.bitPattern, toByteOffset: 4 * place, as: UInt32.self)
    }
    return try body(UnsafeRawBufferPointer(memory))
  }
}
