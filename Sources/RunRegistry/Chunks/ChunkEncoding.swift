import Foundation
import RunModel

/// One tensor's content: its digest and those of its chunks.
struct ChunkedContent: Sendable {
  var tensor: TensorShape
  /// Of all the tensor's bytes.
  var digest: SHA256Digest
  var chunks: [SHA256Digest]

  /// Which bytes of the tensor the chunk at a position holds.
  static func range(ofChunk position: Int, in byteCount: Int) -> Range<Int> {
    let start = position * ChunkCodec.chunkSize
    return start..<min(start + ChunkCodec.chunkSize, byteCount)
  }
}

/// A chunk as it is inserted.
struct EncodedChunk {
  var digest: SHA256Digest
  /// Raw bytes.
  var byteCount: Int
  var codec: ChunkCodec.Number
  /// Valid until the next one is asked for.
  var data: UnsafeRawBufferPointer
}

/// Encodes a chunk, or copies it where encoding does not pay.
struct ChunkTrial {
  /// Whether this tensor's first chunk became so much shorter that reading it again is worth the work.
  private var pays: Bool?

  /// - Parameter target: as long as a chunk at least.
  mutating func encode(
    _ raw: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, by codec: ChunkCodec
  ) -> (codec: ChunkCodec.Number, count: Int) {
    if pays != false {
      let count = codec.encode(raw, into: target)
      let isShorter = count.map { $0 <= raw.count - raw.count / 10 } ?? false
      let wasFirst = pays == nil
      if wasFirst { pays = isShorter }
      if let count, isShorter || !wasFirst { return (.shuffledZstd, count) }
    }
    target.copyMemory(from: raw)
    return (.raw, raw.count)
  }
}

/// Hashes a state and encodes those of its chunks that the registry lacks, on a thread of its own, up to a
/// transaction's chunks ahead of the thread that inserts them.
// Unchecked: everything mutable is read and written under `condition`, or by the encoding thread alone.
final class ChunkEncoding: @unchecked Sendable {
  /// How many chunks may wait: as many as a transaction takes, since none is taken while it commits.
  private static let depth = CheckpointWriting.transactionSize / ChunkCodec.chunkSize

  private let condition = NSCondition()
  private let memory: UnsafeMutableRawBufferPointer
  private var source: (any CheckpointSource)?
  private let index: ChunkIndex
  private var encoded: [EncodedChunk?] = Array(repeating: nil, count: depth)
  private var made = 0
  private var taken = 0
  private var isStopped = false
  private var outcome: Result<[ChunkedContent], any Error>?

  /// Begins to encode.
  init(_ source: any CheckpointSource, lacking index: ChunkIndex) {
    self.source = source
    self.index = index
    memory = .allocate(byteCount: Self.depth * ChunkCodec.chunkSize, alignment: 4096)
    let thread = Thread { [self] in run() }
    thread.name = "chunk encoding"
    thread.start()
  }

  deinit { memory.deallocate() }

  /// The next chunk; `nil` after the last one, or where none is ready by a deadline.
  ///
  /// - Throws: what the source or the registry reported on the encoding thread.
  func next(by deadline: Date? = nil) throws -> EncodedChunk? {
    condition.lock()
    defer { condition.unlock() }
    // Whoever asks for the next one is done with the one before.
    if taken > 0, encoded[(taken - 1) % Self.depth] != nil {
      encoded[(taken - 1) % Self.depth] = nil
      condition.broadcast()
    }
    while taken == made {
      if let outcome {
        _ = try outcome.get()
        return nil
      }
      guard let deadline else {
        condition.wait()
        continue
      }
      if !condition.wait(until: deadline) { return nil }
    }
    taken += 1
    return encoded[(taken - 1) % Self.depth]
  }

  /// The contents of all tensors, in the order of the layout; known after the last chunk.
  func contents() throws -> [ChunkedContent] {
    try condition.withLock {
      while outcome == nil { condition.wait() }
      return try outcome?.get() ?? []
    }
  }

  /// Ends the work, done or not; after that nothing here holds the source.
  func stop() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
      while source != nil { condition.wait() }
    }
  }

  private func run() {
    let result = Result { try encodeAll() }
    condition.withLock {
      source = nil
      outcome = result
      condition.broadcast()
    }
  }

  private func encodeAll() throws -> [ChunkedContent] {
    guard let source = condition.withLock({ source }) else { return [] }
    let decoding = ChunkDecoding()
    var seen: Set<SHA256Digest> = []
    return try source.layout.enumerated().map { place, tensor in
      var trial = ChunkTrial()
      var chunks: [SHA256Digest] = []
      let whole = SHA256()
      let count = (tensor.byteCount + ChunkCodec.chunkSize - 1) / ChunkCodec.chunkSize
      for position in 0..<count {
        let range = ChunkedContent.range(ofChunk: position, in: tensor.byteCount)
        try source.withBytes(of: place, in: range) { raw in
          // A tensor of one chunk is hashed once: its digest is the chunk's.
          let digest = count > 1 ? whole.take(raw) : SHA256.digest(raw)
          chunks.append(digest)
          guard seen.insert(digest).inserted,
            try !index.holds(digest, raw, by: decoding)
          else { return }
          let slot = try freeSlot()
          let (number, length) = trial.encode(raw, into: slot, by: decoding.codec)
          hand(
            EncodedChunk(
              digest: digest, byteCount: raw.count, codec: number,
              data: UnsafeRawBufferPointer(rebasing: slot[..<length])))
        }
      }
      let digest = count == 1 ? chunks[0] : whole.finish()
      return ChunkedContent(tensor: tensor, digest: digest, chunks: chunks)
    }
  }

  /// Memory for one chunk, when the one that was there before is inserted.
  private func freeSlot() throws -> UnsafeMutableRawBufferPointer {
    try condition.withLock {
      while encoded[made % Self.depth] != nil && !isStopped { condition.wait() }
      guard !isStopped else { throw CancellationError() }
      let start = made % Self.depth * ChunkCodec.chunkSize
      return UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + ChunkCodec.chunkSize])
    }
  }

  private func hand(_ chunk: EncodedChunk) {
    condition.withLock {
      encoded[made % Self.depth] = chunk
      made += 1
      condition.broadcast()
    }
  }
}
