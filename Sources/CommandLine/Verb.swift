package import ArgumentParser

/// A verb of gan-runs: parsed options, and one function that does the work.
package protocol Verb: ParsableCommand {
  var global: GlobalOptions { get }

  /// Does the work, its output through a console that heeds the global options.
  func run(_ console: Console) throws
}

extension Verb {
  package mutating func run() throws {
    // ArgumentParser asks for `mutating`; the work itself changes nothing.
    try run(global.applied(to: Console.current))
  }
}
