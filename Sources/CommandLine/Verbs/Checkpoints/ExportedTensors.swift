import Adversarial
import RunModel
import RunRegistry
import Safetensors

/// The tensors of a stored checkpoint under the names that a file gives them, read as they are written.
struct ExportedTensors {
  /// One tensor, and which of the checkpoint it is.
  struct Tensor {
    var name: String
    var shape: [Int]
    var index: Int
  }

  /// In the order of the checkpoint.
  private(set) var tensors: [Tensor]
  private let stored: StoredCheckpoint

  /// All tensors of a checkpoint.
  init(_ stored: StoredCheckpoint) {
    self.stored = stored
    tensors = stored.layout.enumerated().map { index, tensor in
      Tensor(name: tensor.name, shape: tensor.shape, index: index)
    }
  }

  /// Leaves the generator's as `generator.…`: its moving average where it has one, else its raw weights.
  mutating func keepGenerator() {
    let average = tensors.filter { $0.name.hasPrefix("generator_ema.") }
    tensors = average.isEmpty ? tensors.filter { $0.name.hasPrefix("generator.") } : average
    for place in tensors.indices {
      // The average stands for the generator to whoever reads the file.
      tensors[place].name = "generator" + tensors[place].name.drop { $0 != "." }
    }
  }

  /// As the file holds them: a chunk at a time in memory.
  var written: [SafetensorsWriter.Tensor] {
    tensors.map { tensor in
      .init(name: tensor.name, shape: tensor.shape) { take in
        try stored.forEachChunk(of: tensor.index, take)
      }
    }
  }

  /// The networks' weights in PyTorch's arrangement, without the optimisers' moments: one tensor at a time
  /// in memory, since it is written in another order than it is read.
  func written(for networks: PyTorchNetworks) -> [SafetensorsWriter.Tensor] {
    networks.tensors.filter { tensor in
      let network = tensor.name.prefix { $0 != "." }
      return tensors.contains { $0.name.prefix { $0 != "." } == network }
    }.map { tensor in
      .init(name: tensor.name, shape: tensor.shape) { take in
        try networks.arranged(tensor, from: values).withUnsafeBytes(take)
      }
    }
  }

  private func values(of name: String, count: Int) throws -> [Float] {
    guard let tensor = tensors.first(where: { $0.name == name }),
      tensor.shape.reduce(1, *) == count
    else {
      throw Failure(
        .invalid,
        "the checkpoint holds no tensor \(name) of \(count) values, which its run's settings need; "
          + "export it without --layout")
    }
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      let memory = UnsafeMutableRawBufferPointer(buffer)
      var filled = 0
      try stored.forEachChunk(of: tensor.index) { bytes in
        UnsafeMutableRawBufferPointer(rebasing: memory[filled...]).copyMemory(from: bytes)
        filled += bytes.count
      }
      initialized = count
    }
  }
}
