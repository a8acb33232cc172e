import Foundation

/// A result that one thread waits for and another gives.
// Unchecked: read and written under `condition`.
final class Answer<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var result: Result<Value, any Error>?

  func give(_ result: Result<Value, any Error>) {
    condition.withLock {
      self.result = result
      condition.signal()
    }
  }

  func wait() throws -> Value {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result { return try result.get() }
      condition.wait()
    }
  }
}
