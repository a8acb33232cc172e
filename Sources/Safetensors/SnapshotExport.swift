public import RunModel

/// Writes a snapshot and a run's settings as a safetensors file.
///
/// Tensors keep their names. `__metadata__` holds `format` (`gan-runs 1`), `seed`, `counter.NAME` and
/// `settings.KEY`; a value begins with its kind: `i:` an integer, `r:` a real as the 16 hexadecimal digits
/// of its IEEE 754 pattern, `b:` `true` or `false`, `t:` a text. No id, name, time or clock is in it:
/// equal digests and settings give equal bytes, and the digest can be restored from it.
///
/// - Parameter layout: the arrangement of the tensors where it is another program's; stands in the metadata
///   as `layout`.
/// - Throws: `SafetensorsError`.
public func export(
  snapshot: Snapshot, settings: [String: ParameterValue], layout: String? = nil, to path: String
) throws {
  var metadata = ["format": "gan-runs 1", "seed": String(snapshot.seed)]
  metadata["layout"] = layout
  for (name, counter) in snapshot.counters {
    metadata["counter.\(name)"] =
      switch counter {
      case .integer(let value): "i:\(value)"
      case .real(let value): "r:\(pattern(value))"
      }
  }
  for (key, value) in settings {
    metadata["settings.\(key)"] =
      switch value {
      case .boolean(let value): "b:\(value)"
      case .integer(let value): "i:\(value)"
      case .number(let value): "r:\(pattern(value))"
      case .text(let value): "t:\(value)"
      }
  }
  try SafetensorsWriter.write(
    tensors: snapshot.tensors.map { tensor in
      SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape) { take in
        try snapshot.withBytes(of: tensor, take)
      }
    }, metadata: metadata, to: path)
}

private func pattern(_ value: Double) -> String {
  let digits = String(value.bitPattern, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
