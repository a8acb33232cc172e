import RunModel
import Testing

@testable import Configuration

@Suite("Laying one tree over another")
struct MergingTests {
  private static func tree(_ text: String) throws -> Tree {
    try #require(try Tree(yaml: text, source: "a.yaml"))
  }

  /// A tree as dotted keys and texts; lists by index.
  private static func leaves(_ tree: Tree, _ key: String = "") -> [String: String] {
    func below(_ name: String) -> String { key.isEmpty ? name : key + "." + name }
    return switch tree {
    case .scalar(let scalar, _): [key: scalar.text]
    case .list(let elements, _):
      elements.enumerated().reduce(into: [:]) { all, element in
        all.merge(leaves(element.element, below("\(element.offset)"))) { $1 }
      }
    case .map(let entries, _):
      entries.reduce(into: [:]) { all, entry in
        all.merge(leaves(entry.value, below(entry.key))) { $1 }
      }
    }
  }

  @Test(
    "maps merge by key, lists and scalars are replaced, another kind starts anew",
    arguments: [
      ("{a: 1, b: 2}", "{b: 3, c: 4}", "{a: 1, b: 3, c: 4}"),
      ("{a: {b: 1, c: 2}}", "{a: {c: 3}}", "{a: {b: 1, c: 3}}"),
      ("{a: [1, 2, 3]}", "{a: [4]}", "{a: [4]}"),
      ("{a: {b: 1}}", "{a: 2}", "{a: 2}"), ("{a: 1}", "{a: {b: 2}}", "{a: {b: 2}}"),
      ("{data: {kind: ring, modes: 4}}", "{data: {kind: grid}}", "{data: {kind: grid}}"),
      (
        "{data: {kind: ring, modes: 4}}", "{data: {kind: ring, radius: 1}}",
        "{data: {kind: ring, modes: 4, radius: 1}}"
      ),
      (
        "{data: {kind: ring, modes: 4}}", "{data: {modes: 5}}", "{data: {kind: ring, modes: 5}}"
      ),
      // A map that says no kind is of the default one.
      (
        "{generator: {optimizer: {lr: 1}}}", "{generator: {optimizer: {kind: adam}}}",
        "{generator: {optimizer: {lr: 1, kind: adam}}}"
      ),
      (
        "{generator: {optimizer: {lr: 1}}}", "{generator: {optimizer: {kind: sgd}}}",
        "{generator: {optimizer: {kind: sgd}}}"
      ),
      // A ramp of the other form starts anew, too; one of the same form does not.
      (
        "{lr: {start: 1, end: 0, over_epochs: 5}}", "{lr: {start: 2, factor: 0.9}}",
        "{lr: {start: 2, factor: 0.9}}"
      ),
      (
        "{lr: {start: 1, factor: 0.9, floor: 0.1}}", "{lr: {start: 2, end: 0, over_epochs: 5}}",
        "{lr: {start: 2, end: 0, over_epochs: 5}}"
      ),
      (
        "{lr: {start: 1, end: 0, over_epochs: 5}}", "{lr: {over_epochs: 9}}",
        "{lr: {start: 1, end: 0, over_epochs: 9}}"
      ),
      ("{lr: {start: 1, end: 0, over_epochs: 5}}", "{lr: 3}", "{lr: 3}"),
    ])
  func overlay(base: String, over: String, expected: String) throws {
    let merged = try Self.tree(base).overlaid(by: Self.tree(over))
    #expect(try Self.leaves(merged) == Self.leaves(Self.tree(expected)))
  }

  @Test(
    "a dotted key is set in maps and lists",
    arguments: [
      ("{}", "a.b.c", "1", "{a: {b: {c: 1}}}"),
      ("{a: [x, y]}", "a.1", "z", "{a: [x, z]}"),
      ("{a: [{b: 1, c: 2}]}", "a.0.b", "3", "{a: [{b: 3, c: 2}]}"),
      ("{a: [{norm: batch}]}", "a.0.norm.eps", "1", "{a: [{norm: {kind: batch, eps: 1}}]}"),
      ("{a: 1}", "a.b", "2", "{a: {b: 2}}"),
      ("{a: {b: 1}}", "a", "{c: 2}", "{a: {b: 1, c: 2}}"),
    ])
  func setting(base: String, key: String, value: String, expected: String) throws {
    let path = key.split(separator: ".").map(String.init)
    let changed = try Self.tree(base).setting(path[...], to: Self.tree(value))
    #expect(try Self.leaves(changed) == Self.leaves(Self.tree(expected)))
  }

  @Test("an index beyond a list is refused", arguments: ["a.2", "a.-1", "a.x", "a.0.b.1.c.-"])
  func indices(key: String) throws {
    let path = key.split(separator: ".").map(String.init)
    #expect(throws: ConfigurationError.self) {
      try Self.tree("{a: [{b: [1]}, 2]}").setting(path[...], to: Self.tree("1"))
    }
  }

  @Test("what was laid over is known by its place, what stayed by its own")
  func places() throws {
    let over = try #require(try Tree(yaml: "\n\n{b: 1}", source: "b.yaml"))
    guard case .map(let entries, _) = try Self.tree("{a: 1,\n b: 2}").overlaid(by: over) else {
      Issue.record("not a map")
      return
    }
    #expect(entries.map(\.place.description) == ["a.yaml:1", "b.yaml:3"])
  }
}
