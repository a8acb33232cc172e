import RunModel

/// Checked values by dotted key, read as the types that the catalogue promises.
struct Values {
  private let values: [String: ParameterValue]
  private let source: Place

  init(_ reading: Reading) {
    values = reading.values
    source = reading.source
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  /// Whether anything stands below a key.
  func hasMap(_ key: String) -> Bool { values.keys.contains { $0.hasPrefix(key + ".") } }

  func boolean(_ key: String) throws(ConfigurationError) -> Bool {
    guard case .boolean(let value)? = values[key] else { throw missing(key) }
    return value
  }

  func integer(_ key: String) throws(ConfigurationError) -> Int {
    guard case .integer(let value)? = values[key] else { throw missing(key) }
    return Int(value)
  }

  func number(_ key: String) throws(ConfigurationError) -> Double {
    guard let value = values[key]?.doubleValue else { throw missing(key) }
    return value
  }

  func text(_ key: String) throws(ConfigurationError) -> String {
    guard case .text(let value)? = values[key] else { throw missing(key) }
    return value
  }

  func word<Word: RawRepresentable<String>>(_ key: String) throws(ConfigurationError) -> Word {
    guard let word = Word(rawValue: try text(key)) else {
      throw ConfigurationError("\(key) is not in this version", at: source)
    }
    return word
  }

  private func missing(_ key: String) -> ConfigurationError {
    ConfigurationError("\(key) is missing", at: source)
  }
}
