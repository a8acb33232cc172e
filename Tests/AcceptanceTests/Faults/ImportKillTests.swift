import Foundation
import RunModel
import RunRegistry
import Testing

@Suite("An import that is killed", .serialized)
struct ImportKillTests {
  @Test(
    "a run that is imported appears whole or not at all, whenever the import is killed",
    arguments: [
      (Milestone.registryPlaced, 1, false), (.committing, 2, false), (.committed, 2, false),
      (.chunksStored, 1, false), (.publishing, 1, false), (.checkpointPublished, 1, true),
      (.closing, 1, true),
    ])
  func killed(milestone: Milestone, time: Int, isThere: Bool) throws {
    let place = try Workplace(.faulty)
    try place.write(Examples.least, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml")
    try place.expect("checkpoints", "export", "latest", "-o", "whole.safetensors")
    let call = ["checkpoints", "import", "whole.safetensors", "--db", "other.db"]
    let killed = try place.start(
      call, environment: place.faults("kill=\(milestone.rawValue):\(time)")
    ).wait()
    try #require(killed.status == 128 + SIGKILL, "\(milestone) \(time): \(killed.error)")
    let registry = place.path("other.db").path
    let broken = try place.brokenPromises(of: registry, acknowledged: place.acknowledged())
    #expect(broken == [], "killed at \(milestone) \(time)")
    let runs = try RegistryReader(path: registry).runs().runs
    #expect(runs.count == (isThere ? 1 : 0), "killed at \(milestone) \(time)")
    #expect(runs.allSatisfy { $0.status == .finished && $0.checkpoints == 1 })
    let again = try place.start(call).wait()
    #expect(again.status == 0, "\(again.error)")
    try place.expect("verify", "--data", "--db", "other.db")
  }
}
