import Configuration
import Networks

/// What is refused is refused by a sentence that names the file; what is accepted is the same again when
/// it is read from what `--print-config` prints and from what a run stores.
func checkConfiguration(_ bytes: [UInt8]) throws {
  let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  let text = String(decoding: parts[0], as: UTF8.self)
  let sets =
    parts.count < 2
    ? [] : String(decoding: parts[1], as: UTF8.self).split(separator: "\n").map(String.init)
  let configuration: RunConfiguration
  do {
    configuration = try RunConfiguration.load(file: ("a.yaml", text), sets: sets)
  } catch let error as ConfigurationError {
    try demandSentence(error.description)
    return
  }
  let stored = try RunConfiguration(parameters: configuration.parameters)
  try demand(
    stored == configuration,
    "stored as \(configuration.parameters), read as \(stored.parameters)")
  let printed = try configuration.yaml()
  let again = try RunConfiguration.load(file: ("b.yaml", printed))
  try demand(again == configuration, "printed as \(printed), read as \(again.parameters)")
  try demand(
    again.differsInResultSettings(from: configuration).isEmpty, "printed as \(printed)")
  for (name, network, input) in [
    ("generator", configuration.generator, [configuration.latent.size]),
    ("discriminator", configuration.discriminator, [28, 28, configuration.packing]),
  ] {
    do {
      let shape = try Network.outputShape(name: name, layers: network.layers, inputShape: input)
      try demand(shape.allSatisfy { $0 > 0 }, "\(name) has the output shape \(shape)")
    } catch let error as NetworkError { try demandSentence("\(error)") }
  }
}
