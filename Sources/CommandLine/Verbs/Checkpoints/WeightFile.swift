import RunModel
import Safetensors

/// A safetensors file read for its weights: 16-bit floats are widened, which changes no value.
struct WeightFile {
  /// The tensors of weights, without PyTorch's counts of batches, which nothing here reads.
  let layout: [TensorShape]
  /// What was left out, in a sentence.
  let notices: [String]
  private let file: SafetensorsReader
  private let tensors: [String: SafetensorsReader.Tensor]

  /// - Throws: `Failure` that names a tensor of another type.
  init(_ file: SafetensorsReader) throws {
    self.file = file
    let counts = file.tensors.filter { $0.name.hasSuffix(".num_batches_tracked") }
    let weights = file.tensors.filter { !$0.name.hasSuffix(".num_batches_tracked") }
    if let other = weights.first(where: { ![.f32, .f16, .bf16].contains($0.dtype) }) {
      throw Failure(
        .invalid,
        "\(file.path) can't be imported: its tensor \(other.name) is of \(other.dtype.rawValue), and "
          + "weights are F32, F16 or BF16; convert it with tensor.float() before it is saved")
    }
    tensors = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0) })
    layout = weights.map { TensorShape(name: $0.name, shape: $0.shape) }
    notices =
      counts.isEmpty ? [] : ["left out num_batches_tracked of \(counts.count) batch norms"]
  }

  /// The values of a tensor of `layout`, row by row.
  func values(of name: String) throws -> [Float] {
    guard let tensor = tensors[name] else { return [] }
    func read<Element>(_ type: Element.Type) throws -> [Element] {
      let count = tensor.shape.reduce(1, *)
      return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        try file.read(tensor, into: UnsafeMutableRawBufferPointer(buffer))
        initialized = count
      }
    }
    switch tensor.dtype {
    case .f16: return try read(Float16.self).map(Float.init)
    // The upper half of a float32.
    case .bf16: return try read(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    default: return try read(Float.self)
    }
  }
}
