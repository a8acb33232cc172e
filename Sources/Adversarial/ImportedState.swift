package import Configuration
package import RunModel

extension Progress {
  /// How far a state from elsewhere has come, where training by a configuration can go on from it bit for
  /// bit.
  ///
  /// Where the shape of an example would have to be read from a file that can't be read, tensors are not
  /// compared with the layers.
  ///
  /// - Throws: `AdversarialError` with what is not as such a run has it.
  package init(of state: any CheckpointSource, in configuration: RunConfiguration) throws {
    guard state.seed == configuration.seed else {
      throw AdversarialError(
        "its seed \(state.seed) is not the seed \(configuration.seed) of its settings")
    }
    guard let progress = Progress(state.counters),
      let sums = EpochSums(state.counters, clocks: state.clocks),
      progress.counters(under: configuration.schedule)
        .merging(sums.counters, uniquingKeysWith: { $1 }) == state.counters
    else {
      throw AdversarialError("its counters are not those that a run of its settings keeps")
    }
    self = progress
    guard let exampleShape = try? ExampleSource.shape(of: configuration) else { return }
    let faults = try TensorComparison(
      found: state.layout,
      wanted: Adversaries.layout(of: configuration, exampleShape: exampleShape)
    ).faults
    guard faults.isEmpty else { throw AdversarialError.unfit(faults, "its settings") }
  }
}

/// Tensors that were found beside those that are wanted.
struct TensorComparison {
  /// What does not fit, a line each, by name.
  let faults: [String]

  init(found: [TensorShape], wanted: [TensorShape]) {
    let found = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.shape) })
    let wanted = Dictionary(uniqueKeysWithValues: wanted.map { ($0.name, $0.shape) })
    faults = Set(found.keys).union(wanted.keys).sorted().compactMap { name in
      switch (found[name], wanted[name]) {
      case (let found?, let wanted?):
        found == wanted ? nil : "\(name): the file has \(found), the layers need \(wanted)"
      case (let found?, nil): "\(name): the file has \(found), the layers have none"
      case (nil, let wanted?): "\(name): the file has none, the layers need \(wanted)"
      case (nil, nil): nil
      }
    }
  }
}

extension AdversarialError {
  /// Tensors that do not fit, listed; of many the first.
  static func unfit(_ faults: [String], _ settings: String) -> AdversarialError {
    let shown = faults.prefix(20).map { "\n  " + $0 }.joined()
    let rest = faults.count > 20 ? "\n  and \(faults.count - 20) more" : ""
    return AdversarialError(
      "\(faults.count) of its tensors do not fit \(settings), and nothing was imported:"
        + "\(shown)\(rest)")
  }
}
