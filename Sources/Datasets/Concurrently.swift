import Dispatch
import Synchronization

/// Work that another thread does while this one goes on.
package final class Concurrently<Value: Sendable, Failure: Error>: Sendable {
  private let result = Mutex<Result<Value, Failure>?>(nil)
  private let work = DispatchGroup()

  /// Starts the work.
  package init(_ task: @escaping @Sendable () throws(Failure) -> Value) {
    // A queue of its own always gets a thread; the shared ones have as many as there are CPUs, and work
    // that waits for other work would hold one of them.
    DispatchQueue(label: "gan-runs.concurrently", qos: .userInitiated).async(group: work) {
      [self] in
      let value = Result(catching: task)
      result.withLock { $0 = value }
    }
  }

  /// Waits for the work, and gives what it gave.
  package func value() throws(Failure) -> Value {
    work.wait()
    guard let value = result.withLock({ $0 }) else {
      preconditionFailure("work that is done has a result")
    }
    return try value.get()
  }
}
