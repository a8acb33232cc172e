import RunModel
import RunRegistry

/// Refuses to work on with other data than a run has seen: the results could not be called its own.
///
/// - Returns: what is to be said where nobody knows which data it has seen, as of an imported checkpoint.
@discardableResult
func refuseOtherData(
  _ digest: SHA256Digest?, of run: RunID, in reader: RegistryReader
) throws -> String? {
  guard let digest else { return nil }
  // The first attempt that trained here: that of an import did not.
  let stored = try reader.attempts(of: run).lazy.compactMap {
    $0.environment.facts["data_sha256"]
  }.first
  guard let stored else {
    return
      "which data run \(run) was trained on before is not known; from now on it is held to those of "
      + "this call (SHA-256 \(digest))"
  }
  guard stored != digest.description else { return nil }
  throw Failure(
    .invalid,
    "the data are not those that run \(run) has seen (SHA-256 \(digest) instead of \(stored)); "
      + "point data.path at the same files")
}

extension RegistryReader {
  /// Where the newest attempt of a run was told to look for its data, if elsewhere than at first.
  func movedData(of run: RunID) throws -> [String: ParameterValue] {
    let facts = try environment(of: run).facts
    var moved: [String: ParameterValue] = [:]
    for key in ["data.path", "data.labels"] {
      if let path = facts["set.\(key)"] { moved[key] = .text(path) }
    }
    return moved
  }
}
