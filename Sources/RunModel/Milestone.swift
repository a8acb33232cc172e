import Synchronization

/// A moment between two steps of what writes files, at which a crash must lose nothing.
///
/// The tests end the process at each of them. Where nobody watches, reaching one costs an atomic load.
package enum Milestone: String, CaseIterable, Sendable {
  /// A new registry is whole, beside its name.
  case registryDrafted
  /// A new registry stands under its name, durably.
  case registryPlaced
  /// A migration is done but not committed.
  case migrating
  /// A transaction is done but not committed.
  case committing
  /// A transaction is committed.
  case committed
  /// A transaction of chunks is committed; nothing names them yet.
  case chunksStored
  /// A checkpoint's rows are written but not committed.
  case publishing
  /// A checkpoint is published, durably; its detail is the digest.
  case checkpointPublished
  /// The checkpoints that retention no longer keeps are gone; their chunks are not.
  case checkpointsDropped
  /// Some rows of a run that a collection removes are gone.
  case runRowsDropped
  /// Some of the contents or chunks that nothing names are gone.
  case contentDropped
  /// Some free pages are given back to the file system.
  case fileShrunk
  /// A backup is copied and checked, beside its name.
  case backupChecked
  /// A backup stands under its name, durably.
  case backupPlaced
  /// A file that is not a registry is written, beside its name.
  case outputWritten
  /// A file that is not a registry stands under its name, durably.
  case outputPlaced
  /// The WAL is about to move into the file.
  case movingWAL
  /// What could be moved of the WAL is in the file.
  case movedWAL
  /// A registry is about to close.
  case closing
  /// A registry is closed: the one file is all of it, where nobody reads.
  case closed

  /// Called at each milestone, with what there is to say of it.
  package typealias Observer = @Sendable (Milestone, _ detail: String) -> Void

  private static let isWatched = Atomic(false)
  private static let observer = Mutex<Observer?>(nil)

  /// Has every milestone of this process told to `observe`, on the thread that reaches it.
  package static func watch(_ observe: @escaping Observer) {
    observer.withLock { $0 = observe }
    isWatched.store(true, ordering: .releasing)
  }

  /// Tells whoever watches that the work has come this far.
  ///
  /// - Parameter detail: what is acknowledged here, asked for only where somebody watches.
  package func reached(_ detail: @autoclosure () -> String = "") {
    guard Self.isWatched.load(ordering: .relaxed) else { return }
    Self.observer.withLock { $0 }?(self, detail())
  }
}
