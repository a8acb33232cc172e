import Foundation
import TestSupport
import Testing

@testable import RunRegistry

@Suite("The queue of the writer thread")
struct QueueTests {
  @Test("items leave in the order they came, whatever the interleaving", arguments: 1...20)
  func order(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    var queue = Queue<Int>()
    var naive: [Int] = []
    for number in 0..<5000 {
      if random.next() % 5 < 3 {
        queue.append(number)
        naive.append(number)
      } else {
        #expect(queue.popFirst() == (naive.isEmpty ? nil : naive.removeFirst()), "seed \(seed)")
      }
      #expect(queue.isEmpty == naive.isEmpty && queue.first == naive.first, "seed \(seed)")
    }
  }

  @Test("what waits is taken, also when something else has long been due")
  func overdue() throws {
    let queue = WriterQueue()
    try queue.append(.command { _ in })
    guard case .command? = queue.next(by: .distantPast) else {
      Issue.record("nothing was taken")
      return
    }
    guard case nil = queue.next(by: .distantPast) else {
      Issue.record("something was taken that nobody handed over")
      return
    }
  }
}
