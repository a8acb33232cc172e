import RunModel
import RunRegistry

/// Refuses to work on with other data than a run has seen: the results could not be called its own.
func refuseOtherData(_ digest: SHA256Digest?, of run: RunID, in reader: RegistryReader) throws {
  let stored = try reader.attempts(of: run).first?.environment.facts["data_sha256"]
  guard let stored, let digest, stored != digest.description else { return }
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
