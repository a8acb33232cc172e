/// A run's name.
package enum RunName {
  /// Refuses names that a reference could not mean.
  ///
  /// - Throws: `RegistryError` `.usage`.
  package static func check(_ name: String) throws {
    guard !name.isEmpty else {
      throw RegistryError(.usage, "A run's name can't be empty. Give it one with --name.")
    }
    guard !name.contains("@") else {
      throw RegistryError(
        .usage, "A run's name can't hold @, which names a checkpoint: \(name). Give another.")
    }
    guard name != "latest" && !name.hasPrefix("latest~") else {
      throw RegistryError(
        .usage, "A run can't be named \(name), which means the newest run. Give another name.")
    }
    guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw RegistryError(.usage, "A run's name can't hold control characters. Give another name.")
    }
  }
}
