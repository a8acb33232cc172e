import Dispatch
import Synchronization

/// Work that another thread does while this one goes on.
final class Concurrently<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  /// Starts the work.
  init(_ work: @escaping @Sendable () throws -> Value) {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let value = Result { try work() }
      result.withLock { $0 = value }
      done.signal()
    }
  }

  /// Waits for the work, and takes what it gave; once.
  func value() throws -> Value {
    done.wait()
    return try result.withLock { result in
      guard let value = result else { preconditionFailure("work that is done has a result") }
      result = nil
      return try value.get()
    }
  }
}
