import RunRegistry

extension RegistryOptions {
  /// The registry, opened to read.
  ///
  /// - Throws: `RegistryError`.
  func reader(_ console: Console) throws -> RegistryReader {
    try RegistryReader(path: path(console), clock: console.now)
  }
}
