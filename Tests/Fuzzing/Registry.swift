import RunModel
import RunRegistry

/// What is refused is refused by a sentence; nothing is written by a reader; and where nothing is found
/// damaged, every answer is what the undamaged registry answers: a change is never silent.
func checkRegistry(_ bytes: [UInt8]) throws {
  let edits = RegistryEdits(bytes)
  let content = try edits.apply()
  let file = try ScratchFile("runs.db", content)
  let answers = try RegistryAnswers(path: file.path)
  let names = try file.names
  try demand(names == ["runs.db"], "a reader left \(names)")
  try demand(file.read() == content, "a reader changed the file")
  if answers.isClean, let place = answers.firstDifference(from: RegistryAnswers.ofBase) {
    throw Violation("nothing is found damaged, but \(place.prefix(1000))")
  }
  if edits.isWritten { try write(to: file.path) }
}

/// Trains a run into a stranger's file.
private func write(to path: String) throws {
  try refusing {
    let writer = try RegistryWriter(path: path, clock: { RegistryBase.now })
    defer { try? writer.close() }
    let session = try writer.beginRun(
      name: "new", experiment: "fuzz", parameters: ["epochs": .integer(1)],
      environment: RunEnvironment(facts: [:]), retention: Retention(keepLast: 1, keepEvery: 0))
    try RegistryBase.train(session, 1)
    try session.finish(.finished)
    _ = try writer.collectGarbage()
  }
}

/// Runs `body`; what it throws must be a registry's refusal.
///
/// - Returns: `nil` where it threw.
func refusing<Result>(_ body: () throws -> Result) throws -> Result? {
  do { return try body() } catch let error as RegistryError {
    try demandSentence(error.description)
    try demand(
      !error.description.contains("SQLite error"), "SQLite's own words: \(error.description)")
    return nil
  } catch let error as Violation { throw error } catch {
    throw Violation("not a registry's error: \(error)")
  }
}
