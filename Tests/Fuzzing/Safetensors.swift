import Foundation
import RunModel
import Safetensors

/// What is refused is refused by a sentence; what is accepted has every byte in one tensor, and is equal
/// when it is written again and read; and the file is not changed.
func checkSafetensors(_ bytes: [UInt8]) throws {
  let file = try ScratchFile("a.safetensors", bytes)
  do {
    let reader = try SafetensorsReader(path: file.path)
    let content = try Content(reader, in: bytes)
    try checkCheckpoint(reader)
    if reader.tensors.allSatisfy({ $0.dtype == .f32 }) { try checkRewriting(content, by: reader) }
  } catch let error as SafetensorsError {
    try demand(error.kind == .invalid, "\(error.kind): \(error)")
    try demandSentence(error.description)
  }
  try demand(file.read() == bytes, "the file was changed")
}

/// What a file holds.
private struct Content: Equatable {
  var tensors: [String: (shape: [Int], bytes: [UInt8])] = [:]
  var metadata: [String: String]

  init(_ reader: SafetensorsReader, in file: [UInt8]? = nil) throws {
    metadata = reader.metadata
    // From the end: the tensors fill it.
    var end = file?.count
    for tensor in reader.tensors.reversed() {
      let bytes = try [UInt8](unsafeUninitializedCapacity: tensor.byteCount) { buffer, count in
        let memory = UnsafeMutableRawBufferPointer(buffer)
        // In two pieces, the second first.
        let half = tensor.byteCount / 2
        let parts = [half..<tensor.byteCount, 0..<half]
        for part in parts {
          try reader.read(
            tensor, from: part.lowerBound,
            into: UnsafeMutableRawBufferPointer(rebasing: memory[part]))
        }
        count = tensor.byteCount
      }
      if let file, let last = end {
        try demand(bytes == Array(file[(last - bytes.count)..<last]), "\(tensor.name) is misplaced")
        end = last - bytes.count
      }
      try demand(tensors[tensor.name] == nil, "two tensors \(tensor.name)")
      tensors[tensor.name] = (tensor.shape, bytes)
    }
  }

  static func == (first: Content, second: Content) -> Bool {
    first.metadata == second.metadata && first.tensors.count == second.tensors.count
      && first.tensors.allSatisfy { name, tensor in
        second.tensors[name].map { $0 == tensor } ?? false
      }
  }
}

/// Takes the file for an exported checkpoint.
private func checkCheckpoint(_ reader: SafetensorsReader) throws {
  guard let metadata = try reader.checkpointMetadata() else { return }
  try demand(metadata.texts == reader.metadata, "\(reader.metadata) is read as \(metadata.texts)")
  let source = try ExportedCheckpoint(reader, metadata)
  try demand(source.layout.map(\.name) == source.layout.map(\.name).sorted(), "the layout's order")
  for index in source.layout.indices {
    let count = source.layout[index].byteCount
    try source.withBytes(of: index, in: 0..<count) {
      try demand($0.count == count, "tensor \(index) has \($0.count) bytes, not \(count)")
    }
  }
}

private func checkRewriting(_ content: Content, by reader: SafetensorsReader) throws {
  let file = try ScratchFile("b.safetensors", [])
  try SafetensorsWriter.write(
    tensors: content.tensors.map { name, tensor in
      SafetensorsWriter.Tensor(name: name, shape: tensor.shape) { take in
        try tensor.bytes.withUnsafeBytes { try take($0) }
      }
    }, metadata: content.metadata, to: file.path)
  let again = try Content(SafetensorsReader(path: file.path))
  try demand(again == content, "\(content) is written and read as \(again)")
}
