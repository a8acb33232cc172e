import RunRegistry

extension RegistryOptions {
  /// The registry, opened to read.
  ///
  /// - Parameter choice: which runs it knows of.
  /// - Throws: `RegistryError`.
  func reader(_ console: Console, _ choice: RunChoice = .present) throws -> RegistryReader {
    try RegistryReader(path: path(console), clock: console.now, choice: choice)
  }

  /// Changes a registry that is there; one that is not is never made.
  ///
  /// - Throws: `RegistryError`; what `body` throws.
  func withWriter<Result>(
    _ console: Console, _ body: (RegistryWriter) throws -> Result
  ) throws -> Result {
    _ = try reader(console)
    // Only a training has hours of work that are worth waiting for space.
    let writer = try RegistryWriter(
      path: path(console), clock: console.now, diskPatience: DiskPatience(attempts: 0))
    let result = Swift.Result { try body(writer) }
    let closed = Swift.Result { try writer.close() }
    let value = try result.get()
    try closed.get()
    return value
  }
}
