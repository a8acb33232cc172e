import RunModel

extension Snapshot {
  /// The generator's tensors as `generator.…`: its moving average where it has one, else its raw
  /// weights; counters and seed stay.
  func generatorAlone() -> Snapshot {
    let average = tensors.filter { $0.name.hasPrefix("generator_ema.") }
    let chosen = average.isEmpty ? tensors.filter { $0.name.hasPrefix("generator.") } : average
    var end = 0
    let moved = chosen.map { tensor in
      defer { end += tensor.byteCount }
      // The average stands for the generator to whoever reads the file.
      let rest = tensor.name.drop { $0 != "." }
      return Tensor(name: "generator\(rest)", shape: tensor.shape, byteOffset: end)
    }
    return Snapshot(
      tensors: moved, counters: counters, clocks: clocks, seed: seed, byteCount: end
    ) { bytes in
      for (tensor, place) in zip(chosen, moved) {
        let slice = UnsafeMutableRawBufferPointer(
          rebasing: bytes[place.byteOffset..<place.byteOffset + place.byteCount])
        withBytes(of: tensor) { slice.copyMemory(from: $0) }
      }
    }
  }
}
