import Glibc
import Synchronization

/// Memory for the snapshots of one training, used again and again.
///
/// Pages that were just mapped cost several times what copying into them costs: the first snapshot's are
/// there before training, a second's come when one is due while the first is still being stored.
package final class SnapshotSlots: Sendable {
  /// Free slots that are kept: a snapshot being stored and one that waits.
  private static let keptAtMost = 2

  /// Bytes of each.
  let byteCount: Int
  private let free: Mutex<[SnapshotPages]>

  /// Slots of so many bytes, one of them ready.
  package init(byteCount: Int) {
    self.byteCount = byteCount
    free = Mutex([SnapshotPages(byteCount, isPresent: true)])
  }

  /// A free slot, or a new one; its bytes are those that an earlier snapshot left.
  func take() -> SnapshotPages {
    free.withLock { $0.popLast() } ?? SnapshotPages(byteCount, isPresent: true)
  }

  /// Takes a slot back whose snapshot is gone.
  func giveBack(_ pages: SnapshotPages) {
    free.withLock { if $0.count < Self.keptAtMost { $0.append(pages) } }
  }
}

/// Pages of their own, which go back to the system at once.
///
/// glibc would keep the memory of a freed snapshot in the heap of the thread that made it: its
/// M_MMAP_THRESHOLD grows with every large block that is freed (mallopt(3)).
// Unchecked: the snapshot that holds it writes it while it is made, and never after.
package final class SnapshotPages: @unchecked Sendable {
  /// Zeros at first.
  package let bytes: UnsafeMutableRawBufferPointer

  /// Pages of a state of this program's own, for which memory is taken for granted.
  ///
  /// - Parameter isPresent: whether every page is mapped now, not at its first use.
  init(_ byteCount: Int, isPresent: Bool = false) {
    guard let start = Self.map(byteCount) else {
      preconditionFailure("no memory for a snapshot of \(byteCount) bytes")
    }
    // Advice: an older kernel maps pages when they are used.
    if isPresent { madvise(start, byteCount, MADV_POPULATE_WRITE) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  /// Pages of a state whose size others chose; `nil` where this machine has no memory for it.
  package init?(checking byteCount: Int) {
    // A system may promise more than it has, and end the process that uses it.
    guard byteCount <= sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)),
      let start = Self.map(byteCount)
    else { return nil }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    guard
      let start = mmap(
        nil, max(byteCount, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { return nil }
    // Advice: an older kernel maps small pages.
    madvise(start, byteCount, MADV_HUGEPAGE)
    return start
  }

  deinit { munmap(bytes.baseAddress, max(bytes.count, 1)) }
}
