import Foundation
import RunModel

/// The memory of a training: tensors of normally distributed numbers.
final class BenchmarkState {
  let byteCount: Int
  private let places: [Snapshot.Tensor]
  private let memory: UnsafeMutableRawBufferPointer
  private let copy: UnsafeMutableRawBufferPointer
  private var changes = 0

  init(bytes: Int, tensors: Int) {
    let elements = bytes / 4 / tensors
    byteCount = tensors * elements * 4
    places = (0..<tensors).map { number in
      Snapshot.Tensor(
        name: (number < 10 ? "layer0" : "layer") + "\(number).weight", shape: [elements],
        byteOffset: number * elements * 4)
    }
    memory = .allocate(byteCount: byteCount, alignment: 64)
    copy = .allocate(byteCount: byteCount, alignment: 64)
    var random = Numbers()
    // Box and Muller, 1958: two normal numbers of two uniform ones.
    for place in stride(from: 0, to: byteCount - 7, by: 8) {
      let radius = (-2 * log(Float.random(in: 1e-7..<1, using: &random))).squareRoot()
      let angle = 2 * Float.pi * Float.random(in: 0..<1, using: &random)
      memory.storeBytes(of: radius * cos(angle), toByteOffset: place, as: Float.self)
      memory.storeBytes(of: radius * sin(angle), toByteOffset: place + 4, as: Float.self)
    }
    copy.copyMemory(from: UnsafeRawBufferPointer(memory))
  }

  deinit {
    memory.deallocate()
    copy.deallocate()
  }

  /// Changes every 64 KiB, so that no chunk is the same again, as training does.
  func change() {
    changes += 1
    for place in stride(from: 0, to: byteCount - 3, by: 65_536) {
      memory.storeBytes(of: Float(changes) / 1024, toByteOffset: place, as: Float.self)
    }
  }

  /// A copy, made as a trainer makes it.
  func snapshot(step: Int, in slots: SnapshotSlots) -> Snapshot {
    Snapshot(
      tensors: places, counters: ["step": .integer(Int64(step))], clocks: [:], seed: 1, in: slots
    ) { bytes in
      for place in places {
        let range = place.byteOffset..<place.byteOffset + place.byteCount
        UnsafeMutableRawBufferPointer(rebasing: bytes[range])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[range]))
      }
    }
  }

  /// Seconds of one copy of all bytes into memory that is there already.
  func copySeconds() -> Double {
    let start = seconds()
    copy.copyMemory(from: UnsafeRawBufferPointer(memory))
    return seconds() - start
  }
}

/// A clock that never goes back.
func seconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Numbers for a benchmark (xorshift64: Marsaglia, 2003).
private struct Numbers: RandomNumberGenerator {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
