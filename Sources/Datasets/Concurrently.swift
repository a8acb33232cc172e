import Dispatch
import Synchronization

/// Work that another thread does while this one goes on.
package final class Concurrently<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let work = DispatchGroup()

  /// Starts the work.
  package init(_ task: @escaping @Sendable () throws -> Value) {
    // A queue of its own always gets a thread; the shared ones have as many as there are CPUs, and work
    // that waits for other work would hold one of them.
    DispatchQueue(label: "gan-runs.concurrently", qos: .userInitiated).async(group: work) {
      [self] in
      let value = Result { try task() }
      result.withLock { $0 = value }
    }
  }

  /// Waits for the work, and gives what it gave.
  package func value() throws -> Value {
    work.wait()
    return try result.withLock { result in
      guard let value = result else { preconditionFailure("work that is done has a result") }
      return try value.get()
    }
  }
}
