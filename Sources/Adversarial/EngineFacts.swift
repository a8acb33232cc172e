import Tensors

/// What the engine's bits depend on beside the configuration, by name: `onednn`, `isa`.
package func trainingEngineFacts() -> [String: String] { engineFacts() }
