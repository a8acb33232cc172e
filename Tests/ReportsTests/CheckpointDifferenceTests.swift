import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("The difference of two checkpoints")
struct CheckpointDifferenceTests {
  private func compare(_ first: [Float], _ second: [Float], piece: Int = .max) -> ValueDifference {
    var difference = ValueDifference()
    for start in stride(from: 0, to: first.count, by: min(piece, first.count)) {
      let range = start..<min(first.count, start + min(piece, first.count))
      first[range].withUnsafeBytes { one in
        second[range].withUnsafeBytes { difference.add(one, $0) }
      }
    }
    return difference
  }

  @Test(
    "norms, the largest change and its place, and how many values differ", arguments: [1, 3, 9])
  func values(piece: Int) {
    let difference = compare([3, 4, 0, 1], [3, 1, 4, 1], piece: piece)
    #expect(difference.count == 4 && difference.differing == 2)
    #expect(difference.firstNorm == 26.0.squareRoot() && difference.secondNorm == 27.0.squareRoot())
    #expect(difference.changeNorm == 5)
    #expect(difference.largestChange == 4 && difference.largestPlace == 2)
  }

  @Test(
    "values that are no numbers: equal bits are equal, NaN against a number is the largest change",
    arguments: [
      ([.nan, 1], [.nan, 1], 0, 0, nil),
      ([.nan, 1], [-.nan, 3], 2, 2, 1),
      ([1, .nan, 5], [9, 2, 5], 2, .nan, 1),
      ([1, 2, 5], [.nan, 2, 9], 2, .nan, 0),
      ([.infinity, 1], [.infinity, 2], 1, 1, 1),
      ([.infinity, 1], [-.infinity, 2], 2, .infinity, 0),
      ([0, 1], [-0.0, 1], 1, 0, 0),
    ] as [([Float], [Float], Int, Double, Int?)])
  func special(
    first: [Float], second: [Float], differing: Int, largest: Double, place: Int?
  ) {
    let difference = compare(first, second)
    #expect(difference.differing == differing)
    #expect(
      difference.largestChange == largest || (largest.isNaN && difference.largestChange.isNaN))
    #expect(difference.largestPlace == place)
  }

  /// Two states with a tensor of every kind of difference.
  private func difference(listsEqual: Bool = false) throws -> CheckpointDifference {
    func side(_ title: String, step: Int) throws -> CheckpointDifference.Side {
      CheckpointDifference.Side(
        title: title,
        checkpoint: Checkpoint(
          runID: try runID(1), epoch: step / 100, step: step, isEpochEnd: true,
          digest: SHA256.digest([UInt8(step / 100)]), bytes: 0, storedBytes: 0, tensors: 5,
          pins: [], createdAt: noon))
    }
    let first = CheckpointState(
      layout: [
        TensorShape(name: "generator.0.weight", shape: [2, 3]),
        TensorShape(name: "generator.2.bias", shape: [3]),
        TensorShape(name: "generator.10.bias", shape: [1]),
        TensorShape(name: "generator_ema.0.bias", shape: [1]),
      ],
      counters: ["step": .integer(100), "sum": .real(.nan), "zero": .real(0), "old": .real(0.5)],
      seed: 1)
    let second = CheckpointState(
      layout: [
        TensorShape(name: "discriminator.0.bias", shape: [1]),
        TensorShape(name: "generator.0.weight", shape: [2, 3]),
        TensorShape(name: "generator.2.bias", shape: [4]),
        TensorShape(name: "generator.10.bias", shape: [1]),
      ],
      counters: ["step": .integer(200), "sum": .real(.nan), "zero": .real(-0.0)], seed: 2)
    return try CheckpointDifference(
      side("ring@step:100", step: 100), side("ring@step:200", step: 200), states: (first, second),
      listsEqual: listsEqual
    ) { one, other in
      // Places of a tensor in the two layouts.
      #expect((one, other) == (0, 1) || (one, other) == (2, 3))
      return one == 0 ? compare([3, 4, 0, 1, 0, 0], [3, 1, 4, 1, 0, 0]) : nil
    }
  }

  @Test("a difference as text, JSON and CSV", arguments: [true, false])
  func formats(listsEqual: Bool) throws {
    let difference = try difference(listsEqual: listsEqual)
    let name = listsEqual ? "difference-all" : "difference"
    expectSnapshot(difference.text(for: terminal), named: "\(name)-terminal")
    expectSnapshot(difference.text(for: pipe), named: "\(name)-piped")
    expectSnapshot(difference.json.text, named: "\(name)-json")
    expectSnapshot(difference.csv, named: "\(name)-csv")
  }

  @Test("counters are compared by their bits, as the digest does")
  func counters() throws {
    #expect(try difference().counters.map(\.name) == ["old", "step", "zero"])
  }

  @Test("seeds are unsigned: all 64 bits of them")
  func seeds() throws {
    let unequal = try difference()
    let states = [UInt64.max, 1 << 63].map {
      CheckpointState(layout: [], counters: [:], seed: $0)
    }
    let seeds = CheckpointDifference(
      unequal.first, unequal.first, states: (states[0], states[1])
    ) { _, _ in nil }
    let line = seeds.json.line
    #expect(
      line.contains("18446744073709551615") && line.contains("9223372036854775808"), "\(line)")
  }

  @Test("equal states are said to be equal")
  func equal() throws {
    let unequal = try difference()
    let state = CheckpointState(layout: [], counters: ["step": .integer(1)], seed: 1)
    let equal = CheckpointDifference(
      unequal.first, unequal.first, states: (state, state)
    ) { _, _ in nil }
    #expect(equal.isEmpty)
    #expect(equal.text(for: terminal).contains("hold the same state"))
    #expect(equal.text(for: pipe).hasPrefix("digest\t\tequal\t"))
  }
}
