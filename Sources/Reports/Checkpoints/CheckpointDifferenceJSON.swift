import RunModel

extension CheckpointDifference {
  /// The object of docs/json.md.
  package var json: JSONValue { .object(members) }

  /// The members of that object.
  var members: [(key: String, value: JSONValue)] {
    [
      ("first", first.checkpoint.placeJSON), ("second", second.checkpoint.placeJSON),
      ("equal", .boolean(isEmpty)),
      ("equal_tensors", .integer(tensors.count - differing.count)),
      ("tensors", .array(listed.map(Self.json))),
      (
        "counters",
        .object(
          counters.map { ($0.name, Self.pair(Self.json($0.first), Self.json($0.second))) })
      ),
      (
        "seed",
        seeds.map {
          Self.pair(.unsigned($0.first), .unsigned($0.second))
        } ?? .null
      ),
    ]
  }

  private static func json(_ tensor: Tensor) -> JSONValue {
    func shape(_ extents: [Int]?) -> JSONValue {
      extents.map { .array($0.map { .integer(Int64($0)) }) } ?? .null
    }
    var members: [(String, JSONValue)] = [
      ("name", .string(tensor.name)), ("state", .string(tensor.state.rawValue)),
      ("shape", pair(shape(tensor.shapes.first), shape(tensor.shapes.second))),
    ]
    if let values = tensor.values {
      members += [
        ("values", .integer(values.count)), ("differing", .integer(values.differing)),
        ("norm", pair(.number(values.firstNorm), .number(values.secondNorm))),
        ("change_norm", .number(values.changeNorm)),
        ("largest_change", .number(values.largestChange)), ("largest_at", shape(tensor.place)),
      ]
    }
    return .object(members)
  }

  private static func pair(_ first: JSONValue, _ second: JSONValue) -> JSONValue {
    .object([("first", first), ("second", second)])
  }

  private static func json(_ counter: Snapshot.Counter?) -> JSONValue {
    switch counter {
    case .integer(let value)?: .integer(value)
    case .real(let value)?: .number(value)
    case nil: .null
    }
  }
}

extension Checkpoint {
  /// Which checkpoint it is: run, epoch, step and digest.
  var placeJSON: JSONValue {
    .object([
      ("run_id", .string(runID.rawValue)), ("epoch", .integer(epoch)), ("step", .integer(step)),
      ("digest", .string(digest.description)),
    ])
  }
}
