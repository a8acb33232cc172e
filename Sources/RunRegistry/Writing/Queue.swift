/// Items in the order they came; taking the first costs the same however many wait.
struct Queue<Element> {
  private var items: [Element?] = []
  private var head = 0

  /// Whether nothing waits.
  var isEmpty: Bool { head == items.count }

  /// The item that is taken next.
  var first: Element? { isEmpty ? nil : items[head] }

  /// Adds an item at the end.
  mutating func append(_ item: Element) { items.append(item) }

  /// Takes the first item.
  mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let item = items[head]
    items[head] = nil
    head += 1
    if head == items.count || head >= 1024 {
      items.removeFirst(head)
      head = 0
    }
    return item
  }

  /// Takes the last item that is as wanted.
  mutating func removeLast(where isWanted: (Element) -> Bool) -> Element? {
    guard
      let place = items[head...].lastIndex(where: { item in item.map(isWanted) ?? false })
    else { return nil }
    return items.remove(at: place)
  }
}
