package import RunModel

/// What differs between two checkpoints: tensors, counters, seeds.
package struct CheckpointDifference: Sendable {
  /// One of the two.
  package struct Side: Sendable {
    /// How it was named: `ring@epoch:3`.
    package var title: String
    package var checkpoint: Checkpoint

    /// A checkpoint under the name that it is spoken of by.
    package init(title: String, checkpoint: Checkpoint) {
      self.title = title
      self.checkpoint = checkpoint
    }
  }

  /// A tensor of one of them or of both.
  package struct Tensor: Sendable {
    package var name: String
    /// Its extents in the first and in the second; `nil` where that has no such tensor.
    package var shapes: (first: [Int]?, second: [Int]?)
    /// How its values differ; `nil` where not a bit does, and where the shapes are not the same.
    package var values: ValueDifference?

    /// What became of it.
    package var state: State {
      guard let first = shapes.first else { return .secondOnly }
      guard let second = shapes.second else { return .firstOnly }
      return first != second ? .otherShape : values == nil ? .equal : .differs
    }
  }

  /// What became of a tensor.
  package enum State: String, Sendable {
    case equal
    case differs
    case otherShape = "other_shape"
    case firstOnly = "first_only"
    case secondOnly = "second_only"
  }

  package var first: Side
  package var second: Side
  /// All tensors of both, sorted by name.
  package var tensors: [Tensor]
  /// The counters that differ, sorted by name; `nil` where one of the two has none of that name.
  package var counters: [(name: String, first: Snapshot.Counter?, second: Snapshot.Counter?)]
  /// The two seeds, where they differ.
  package var seeds: (first: UInt64, second: UInt64)?
  /// Whether equal tensors are listed too.
  package var listsEqual: Bool

  /// Compares two states.
  ///
  /// - Parameters:
  ///   - states: layouts, counters and seeds of the two.
  ///   - listsEqual: whether equal tensors are listed too.
  ///   - values: compares a tensor that both have in one shape, by its places in the two layouts; `nil`
  ///     where not a bit differs.
  package init(
    _ first: Side, _ second: Side, states: (first: CheckpointState, second: CheckpointState),
    listsEqual: Bool = false, values: (Int, Int) throws -> ValueDifference?
  ) rethrows {
    self.first = first
    self.second = second
    self.listsEqual = listsEqual
    let one = states.first.places
    let other = states.second.places
    tensors = try Set(one.keys).union(other.keys).sorted(by: inNaturalOrder).map { name in
      let places = (one[name], other[name])
      let shapes = (
        places.0.map { states.first.layout[$0].shape },
        places.1.map { states.second.layout[$0].shape }
      )
      var tensor = Tensor(name: name, shapes: shapes)
      if let first = places.0, let second = places.1, shapes.0 == shapes.1 {
        tensor.values = try values(first, second)
      }
      return tensor
    }
    counters = Set(states.first.counters.keys).union(states.second.counters.keys).sorted()
      .map { ($0, states.first.counters[$0], states.second.counters[$0]) }
      .filter { !Self.isSame($0.1, $0.2) }
    if states.first.seed != states.second.seed {
      seeds = (states.first.seed, states.second.seed)
    }
  }

  /// Whether two counters have the same bits, as their digests see them.
  private static func isSame(_ first: Snapshot.Counter?, _ second: Snapshot.Counter?) -> Bool {
    if case .real(let first)? = first, case .real(let second)? = second {
      return first.bitPattern == second.bitPattern
    }
    return first == second
  }

  /// Whether nothing differs that a digest covers.
  package var isEmpty: Bool { differing.isEmpty && counters.isEmpty && seeds == nil }

  /// The tensors that are not equal.
  package var differing: [Tensor] { tensors.filter { $0.state != .equal } }

  /// The tensors that are listed.
  var listed: [Tensor] { listsEqual ? tensors : differing }
}

/// What of a checkpoint is known without its tensors' bytes.
package struct CheckpointState: Sendable {
  package var layout: [TensorShape]
  package var counters: [String: Snapshot.Counter]
  package var seed: UInt64

  /// A state from its parts.
  package init(layout: [TensorShape], counters: [String: Snapshot.Counter], seed: UInt64) {
    self.layout = layout
    self.counters = counters
    self.seed = seed
  }

  /// Each tensor's place in the layout.
  fileprivate var places: [String: Int] {
    Dictionary(layout.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }
}
