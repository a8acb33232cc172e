/// A reader that strangers' bytes come to, and what must hold whatever they are.
///
/// `make fuzz` lets libFuzzer choose the bytes; the tests replay the corpus.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// Bytes as a safetensors file.
  case safetensors
  /// Bytes as a configuration; each line behind a NUL is a `--set`.
  case configuration
  /// Bytes as a sweep's file.
  case sweep
  /// Bytes as edits of a registry: see `RegistryEdits`.
  case registry

  /// Reads some bytes and checks what must hold.
  ///
  /// - Throws: `Violation` where it does not.
  package func check(_ bytes: [UInt8]) throws {
    switch self {
    case .safetensors: try checkSafetensors(bytes)
    case .configuration: try checkConfiguration(bytes)
    case .sweep: try checkSweep(bytes)
    case .registry: try checkRegistry(bytes)
    }
  }
}

/// A property that some bytes break.
package struct Violation: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Demands a property.
func demand(_ holds: Bool, _ sentence: @autoclosure () -> String) throws {
  if !holds { throw Violation(sentence()) }
}

/// Demands that a refusal is one sentence that can be shown: no line break, no other control character,
/// not the whole of a stranger's text.
func demandSentence(_ text: String) throws {
  let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  try demand(
    isPlain && text.unicodeScalars.count <= 2001,
    "not a sentence: \(text.prefix(300).debugDescription)")
}
