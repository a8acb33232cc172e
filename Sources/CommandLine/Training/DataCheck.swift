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
