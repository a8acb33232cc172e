import RunModel
import Testing

@Suite("Digests")
struct DigestTests {
  @Test(
    "SHA-256 gives the published digests",
    arguments: [
      // NIST, "SHA-256 example" and the secure hash standard's validation suite.
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func published(text: String, hex: String) {
    #expect(SHA256.digest(text.utf8).description == hex)
    let hash = SHA256()
    for byte in text.utf8 { hash.update([byte]) }
    #expect(hash.finish() == SHA256Digest(hex: hex))
  }

  @Test("two texts of one form have the digests that each has alone, whatever their length")
  func twins() {
    // 55 and 56 bytes are the most that one block holds with what follows them, and the least of two.
    for count in [8, 54, 55, 56, 63, 64, 65, 119, 120, 300] {
      let form = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      var hash = TwinHash(form: form)
      for number in [UInt64(0), .max, 0x0102_0304_0506_0708] {
        hash.put(number, at: 0, of: 0)
        hash.put(number, at: count - 8, of: 1)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        let texts = [bytes + Array(form[8...]), Array(form[..<(count - 8)]) + bytes]
        hash.digests { digests in
          #expect(Array(digests) == texts.flatMap { SHA256.digest($0).bytes }, "\(count) bytes")
        }
      }
    }
  }

  @Test("two hashes at once are what one after the other gives, whatever the lengths")
  func twoAtOnce() {
    let bytes = (0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    bytes.withUnsafeBytes { memory in
      for before in [0, 1, 64] {
        for (count, offset, length) in [
          (0, 7, 64), (64, 0, 64), (63, 0, 63), (65, 1, 129), (4096, 0, 4096), (4096, 3000, 5001),
        ] {
          let one = UnsafeRawBufferPointer(rebasing: memory[..<count])
          let other = UnsafeRawBufferPointer(rebasing: memory[offset..<offset + length])
          let start = UnsafeRawBufferPointer(rebasing: memory[..<before])
          let (first, second) = (SHA256(), SHA256())
          first.update(start)
          SHA256.update(first, one, second, other)
          SHA256.update(second, one, first, other)
          #expect(
            first.finish() == SHA256.digest(Array(start) + Array(one) + Array(other)),
            "\(before) \(count) \(offset) \(length)")
          #expect(
            second.finish() == SHA256.digest(Array(other) + Array(one)),
            "\(before) \(count) \(offset) \(length)")
        }
      }
    }
  }

  @Test("a piece's own digest comes with its place in the whole")
  func pieces() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let whole = SHA256()
    bytes.withUnsafeBytes { memory in
      for range in [0..<128, 128..<256, 256..<300] {
        let piece = UnsafeRawBufferPointer(rebasing: memory[range])
        #expect(whole.take(piece) == SHA256.digest(Array(piece)))
      }
    }
    #expect(whole.finish() == SHA256.digest(bytes))
  }

  @Test(
    "a text that is no digest is none", arguments: ["", "e3", String(repeating: "g", count: 64)])
  func invalid(text: String) {
    #expect(SHA256Digest(hex: text) == nil)
    #expect(SHA256Digest(bytes: Array(text.utf8)) == nil || text.utf8.count == 32)
  }

  /// A small state; what is told apart is a parameter.
  private func snapshot(
    _ name: String = "w", shape: [Int] = [2, 3], value: Float = 1,
    counters: [String: Snapshot.Counter] = ["step": .integer(3), "sum": .real(0.5)],
    clocks: [String: Double] = [:], seed: UInt64 = 1
  ) -> Snapshot {
    Snapshot(
      tensors: [Snapshot.Tensor(name: name, shape: shape, byteOffset: 64)], counters: counters,
      clocks: clocks, seed: seed, byteCount: 64 + 24
    ) { memory in
      for place in 0..<6 {
        memory.storeBytes(of: value, toByteOffset: 64 + place * 4, as: Float.self)
      }
    }
  }

  @Test("every part of a state changes its digest, and its clocks do not")
  func parts() {
    let digests = [
      snapshot(), snapshot("v"), snapshot(shape: [3, 2]), snapshot(shape: [6]),
      snapshot(value: -1), snapshot(counters: ["step": .integer(4), "sum": .real(0.5)]),
      snapshot(counters: ["step": .real(3), "sum": .real(0.5)]),
      snapshot(counters: ["step": .integer(3)]), snapshot(counters: [:]), snapshot(seed: 2),
      snapshot(counters: ["step": .integer(3), "sum": .real(-0.5)]),
    ].map(\.digest)
    #expect(Set(digests).count == digests.count)
    #expect(snapshot(clocks: ["seconds": 9]).digest == digests[0])
  }

  @Test("a digest does not depend on where tensors lie or in which order they were given")
  func layout() {
    func state(_ first: Int, _ second: Int, isSwapped: Bool) -> Snapshot {
      let tensors = [
        Snapshot.Tensor(name: "a", shape: [2], byteOffset: first),
        Snapshot.Tensor(name: "b", shape: [], byteOffset: second),
      ]
      return Snapshot(
        tensors: isSwapped ? tensors.reversed() : tensors, counters: [:], clocks: [:], seed: 0,
        byteCount: 128
      ) { memory in
        memory.storeBytes(of: 1, toByteOffset: first, as: Float.self)
        memory.storeBytes(of: 2, toByteOffset: first + 4, as: Float.self)
        memory.storeBytes(of: 3, toByteOffset: second, as: Float.self)
      }
    }
    #expect(state(0, 8, isSwapped: false).digest == state(64, 4, isSwapped: true).digest)
    #expect(state(0, 8, isSwapped: true).tensors.map(\.name) == ["a", "b"])
  }
}
