import Foundation
import Testing

@Suite("The house")
struct HouseTests {
  @Test("no import points up, and each library has one importer")
  func imports() throws {
    for (room, file) in try House.sources() {
      for module in House.imports(in: file.text) {
        #expect(House.mayImport(module, into: room), "\(file.path) imports \(module)")
      }
    }
  }

  @Test("every folder of Sources is a room or a C library that the rules know")
  func known() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: House.root + "/Sources")
    for folder in folders where !folder.hasPrefix(".") {
      #expect(House.rooms.contains(folder) || House.importers[folder] != nil, "\(folder)")
    }
  }

  @Test("public stands only in what a Swift program would import")
  func access() throws {
    let open = ["RunModel", "RunRegistry", "Safetensors"]
    for (room, file) in try House.sources() where !open.contains(room) {
      let isPublic = House.declaresPublic(file.text)
      #expect(!isPublic, "\(file.path) declares something public")
    }
  }

  @Test("no Swift file is longer than 800 lines")
  func length() throws {
    for file in try House.files(in: ["Sources", "Tests", "migrations"]) {
      let lines = file.text.utf8.count { $0 == UInt8(ascii: "\n") }
      #expect(lines <= 800, "\(file.path) has \(lines) lines")
    }
  }

  @Test(
    "an arrow that points up or aside is seen",
    arguments: [
      ("Reports", "RunModel", true), ("RunModel", "Reports", false),
      ("Adversarial", "RunRegistry", false), ("Reports", "RunRegistry", false),
      ("RunRegistry", "GRDB", true), ("CommandLine", "GRDB", false),
      ("Tensors", "Networks", false), ("Networks", "Tensors", true),
      ("CommandLine", "ArgumentParser", true), ("Reports", "ArgumentParser", false),
      ("RunRegistry", "Safetensors", true), ("Safetensors", "RunRegistry", false),
      ("Reports", "Foundation", true), ("Reports", "Unheard", false),
    ])
  func arrows(room: String, module: String, allowed: Bool) {
    #expect(House.mayImport(module, into: room) == allowed)
  }

  @Test(
    "an import is found however it is written",
    arguments: [
      ("import Tensors", ["Tensors"]), ("package import Tensors", ["Tensors"]),
      ("@testable public import Tensors", ["Tensors"]),
      ("#if canImport(Glibc)\n  import Glibc\n#endif", ["Glibc"]),
      ("import struct Tensors.Shape", ["Tensors"]), ("// import Tensors", []),
      ("let x = 1 // import Tensors", []), ("func imported() {}", []),
    ])
  func found(text: String, modules: [String]) {
    #expect(House.imports(in: text) == modules)
  }

  @Test(
    "a public declaration is found, a word in a comment is not",
    arguments: [
      ("public struct A {}", true), ("  public let a = 1", true),
      ("@inlinable public func a() {}", true),
      ("/// made public", false), ("let publicName = 1", false), ("package struct A {}", false),
    ])
  func foundPublic(text: String, expected: Bool) {
    #expect(House.declaresPublic(text) == expected)
  }
}
