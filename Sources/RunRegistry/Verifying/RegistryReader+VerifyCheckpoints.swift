import GRDB
import RunModel

extension RegistryReader {
  /// Compares a run's checkpoints with their digests, and their sizes with what they name.
  ///
  /// - Parameter only: the digest of the one to look at; all without it.
  func checkCheckpoints(
    of run: CheckedRun, only: SHA256Digest?, _ database: Database, _ result: inout Verification
  ) throws {
    let rows: [CheckpointRow]
    do { rows = try CheckpointRow.all(database, run: run.key) } catch let error
      where Self.isDamage(error)
    {
      return result.add(run.finding(.file, "table checkpoint", "its rows can't be read"))
    }
    for row in rows where only == nil || row.digest == only {
      let place = "checkpoint @step:\(row.step)"
      do {
        try check(row, database) { what, detail in
          result.add(run.finding(.checkpoint, place + what, detail))
        }
      } catch let error where error is DamagedContent || Self.isDamage(error) {
        result.add(
          run.finding(.checkpoint, place, "its tensors or counters are not what they may be"))
      }
      result.checked.checkpoints += 1
    }
    let visible = try Int.fetchOne(
      database, sql: "SELECT checkpoints FROM run WHERE id = ?", arguments: [run.key])
    if try visible != CheckpointRow.visible(database, run: run.key).count {
      result.add(
        run.finding(.derived, "its row in run", "its number of checkpoints is not theirs"))
    }
  }

  private func check(
    _ row: CheckpointRow, _ database: Database, _ report: (String, String) -> Void
  ) throws {
    var tensors: [(name: String, shape: [Int], content: SHA256Digest)] = []
    var contents: Set<Int64> = []
    var bytes = 0
    let stored = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT name, dtype, shape, digest, bytes, content FROM tensor
          JOIN content ON content.id = tensor.content WHERE checkpoint = ?
          """), arguments: [row.key])
    while let tensor = try stored.next() {
      let name = try tensor.text(0)
      let shape = try Self.shape(tensor.text(2))
      let size = try Int(tensor.integer(4))
      if try tensor.text(1) != "F32" { report(", tensor \(name)", "its dtype is not F32") }
      if TensorShape.byteCount(of: shape) != size {
        report(", tensor \(name)", "its shape does not fit the bytes of its content")
      }
      tensors.append((name, shape, try tensor.digest(3)))
      contents.insert(try tensor.integer(5))
      bytes &+= size
    }
    let counters = try StoredCounters.fetch(database, checkpoint: row.key)
    let digest = Snapshot.digest(tensors: tensors, counters: counters.counters, seed: row.seed)
    if digest != row.digest {
      report(
        "",
        "it does not have its digest: a tensor, a counter, the seed or the digest itself changed")
    }
    let kept = try CheckpointRow.storedBytes(of: contents.sorted(), in: database)
    if row.tensors != tensors.count || row.bytes != bytes || row.storedBytes != kept {
      report("", "its number of tensors or of bytes is not theirs")
    }
  }
}
