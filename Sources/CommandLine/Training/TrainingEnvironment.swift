import Foundation
import RunModel
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// What a run is trained on and by: the facts that its results can depend on, and where to find it.
func trainingEnvironment(
  threads: Int, data: [String: String], code: [String: String], arguments: [String],
  overrides: [String: String] = [:]
) -> RunEnvironment {
  var facts = engineFacts().merging(callEnvironment(arguments).facts) { $1 }
  facts["threads"] = String(threads)
  facts["cpu"] = cpuModel()
  facts.merge(code) { _, code in code }
  facts.merge(data) { _, data in data }
  facts.merge(overrides) { _, override in override }
  return RunEnvironment(facts: facts)
}

/// Refuses to train, sample or evaluate where the library that computes can't be loaded.
///
/// - Throws: `Failure`.
func requireEngine() throws {
  guard hasEngineLibrary() else {
    throw Failure(
      .failed,
      "oneDNN, which computes what is trained and sampled, can't be loaded: there is no libdnnl.so.2, or it "
        + "is damaged. Install Debian's package libdnnl2.")
  }
}

/// What made a call, and where: all that is known of a run that was trained elsewhere.
func callEnvironment(_ arguments: [String]) -> RunEnvironment {
  var facts = ["version": GanRuns.version, "argv": commandLine(arguments)]
  var system = utsname()
  if uname(&system) == 0 {
    facts["host"] = text(system.nodename)
    facts["kernel"] = "\(text(system.sysname)) \(text(system.release))"
    facts["architecture"] = text(system.machine)
  }
  return RunEnvironment(facts: facts)
}

/// The call as it was typed, but for the program's folder and the registry's place: a registry may be
/// moved, and what is read from it must not depend on where it lay.
private func commandLine(_ arguments: [String]) -> String {
  var words = ["gan-runs"]
  var rest = arguments.dropFirst()
  while let argument = rest.popFirst() {
    if argument == "--db" {
      _ = rest.popFirst()
    } else if !argument.hasPrefix("--db=") {
      words.append(argument)
    }
  }
  return words.joined(separator: " ")
}

/// A C array of characters up to its zero.
private func text(_ characters: some Any) -> String {
  withUnsafeBytes(of: characters) { bytes in
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// The CPU's name, `nil` where the kernel doesn't tell it.
func cpuModel() -> String? {
  guard let info = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
  let line = info.split(separator: "\n").first { $0.hasPrefix("model name") }
  return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
}
