import Foundation
import TestSupport

/// A disk whose cache is lost when the power fails: what was synced is there, of what was not any
/// part may be, in any order, torn where sectors meet.
struct VolatileDisk {
  /// Bytes that a disk writes at once.
  static let sector = 512

  private enum Change {
    case write(at: Int, Data)
    case truncate(to: Int)
  }

  private struct File {
    var durable = Data()
    var pending: [Change] = []
    /// Writes whose sync failed, a sector each: no later sync makes them durable, for the cache calls
    /// them clean, but a later write of the same sector takes their place.
    var lost: [Change] = []

    mutating func sync() {
      for change in pending {
        VolatileDisk.apply(change, to: &durable, sectors: { true })
        if case .write(let offset, let data) = change {
          let sectors = offset / sector...(offset + data.count - 1) / sector
          lost.removeAll { lost in
            if case .write(let place, _) = lost { sectors.contains(place / sector) } else { true }
          }
        }
      }
      pending = []
    }

    mutating func failToSync() {
      for case .write(let offset, let data) in pending {
        var start = 0
        while start < data.count {
          let count = min(sector - (offset + start) % sector, data.count - start)
          lost.append(.write(at: offset + start, data.subdata(in: start..<start + count)))
          start += count
        }
      }
      pending = []
    }
  }

  private var files: [String: File] = [:]
  /// Files that were deleted, as they would be if the folder forgot it.
  private var deleted: [String: File] = [:]
  /// Files that were never synced since they were made.
  private var created: Set<String> = []
  /// What was acknowledged so far.
  private(set) var acknowledged: [String] = []

  mutating func apply(_ event: StorageRecord.Event) {
    switch event {
    case .write(let file, let offset, let data):
      // The index of a WAL is built anew after a loss of power.
      guard !file.hasSuffix("-shm") else { return }
      if files[file] == nil { created.insert(file) }
      files[file, default: File()].pending.append(.write(at: offset, data))
      deleted[file] = nil
    case .truncate(let file, let size):
      files[file, default: File()].pending.append(.truncate(to: size))
    case .sync(let file):
      files[file]?.sync()
      // The first sync of a journal or WAL syncs the folder as well (SQLite's UNIXFILE_DIRSYNC).
      if created.remove(file) != nil { deleted = [:] }
    case .failedSync(let file): files[file]?.failToSync()
    case .delete(let file): deleted[file] = files.removeValue(forKey: file)
    case .mark("registryPlaced", let path):
      // The draft was closed, and so synced, under its own name; the folder is synced by now.
      guard let draft = files.keys.first(where: { $0.hasPrefix("\(path).new-") }) else { return }
      files[path] = files.removeValue(forKey: draft)
    case .mark("checkpointPublished", let digest): acknowledged.append(digest)
    case .mark: break
    }
  }

  /// What is found after the power failed now: the content of each file by name.
  func afterPowerLoss(_ numbers: inout SeededNumbers) -> [String: Data] {
    var images: [String: Data] = [:]
    for (name, file) in files { images[name] = Self.remains(of: file, &numbers) }
    for (name, file) in deleted where Bool.random(using: &numbers) {
      images[name] = Self.remains(of: file, &numbers)
    }
    return images
  }

  private static func remains(of file: File, _ numbers: inout SeededNumbers) -> Data {
    var image = file.durable
    let changes = file.lost + file.pending
    // A prefix, as a disk that keeps the order leaves it, or any subset.
    let isPrefix = Bool.random(using: &numbers)
    let count = isPrefix ? Int.random(in: 0...changes.count, using: &numbers) : changes.count
    let share = Double.random(in: 0...1, using: &numbers)
    for (place, change) in changes.prefix(count).enumerated() {
      let isTorn = isPrefix ? place == count - 1 : Bool.random(using: &numbers)
      if !isPrefix, !isTorn, Double.random(in: 0...1, using: &numbers) > share { continue }
      apply(change, to: &image) { !isTorn || Bool.random(using: &numbers) }
    }
    return image
  }

  /// Applies a change, sector by sector, those that `sectors` says.
  private static func apply(_ change: Change, to image: inout Data, sectors: () -> Bool) {
    switch change {
    case .truncate(let size):
      if size < image.count { image.removeSubrange(size...) }
    case .write(let offset, let data):
      var start = 0
      while start < data.count {
        let count = min(sector - (offset + start) % sector, data.count - start)
        if sectors() {
          let end = offset + start + count
          if image.count < end { image.append(Data(count: end - image.count)) }
          image.replaceSubrange(offset + start..<end, with: data[start..<start + count])
        }
        start += count
      }
    }
  }
}
