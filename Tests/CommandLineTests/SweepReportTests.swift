import TestSupport
import Testing

@testable import CommandLine

/// A sweep that is trained in this process, and looked at in all ways that there are.
@Suite("Looking at a sweep")
struct SweepReportTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    writeFile(
      """
      sweep: look
      base:
        set:
          data: {kind: ring, stddev: 0.2}
          latent: {size: 2}
          steps_per_epoch: 1
          batch_size: 8
          samples.every: 0
          generator: {layers: [{dense: 4}, {dense: 2}]}
          discriminator: {layers: [{dense: 4}, {dense: 1}]}
      epochs: 4
      minimize: g_loss
      params:
        loss: [hinge, wasserstein-gp]
        generator.optimizer.lr: {log: [1e-3, 1e-1]}
        discriminator.optimizer.lr: {log: [1e-3, 1e-1]}
        gradient_penalty.lambda: {choice: [1, 10], when: loss = 'wasserstein-gp'}
      sampler: random
      points: 8
      stop: {kind: halving, eta: 2, first: 1}
      confirm: {top: 1, seeds: 2}  # <b>best</b>
      """, to: folder.file("look.yaml"))
    _ = call("sweep", "work", folder.file("look.yaml"), "-q")
  }

  private func call(_ arguments: String..., isTerminal: Bool = false, width: Int = 100) -> Captured
  {
    Console.capture(
      isTerminal: isTerminal, width: width, environment: ["GAN_RUNS_DB": folder.file("runs.db")]
    ) { GanRuns.run(arguments) }
  }

  @Test("a report is a page with every point, written whole, and never over the registry")
  func report() throws {
    let path = folder.file("look.html")
    let written = call("sweep", "report", "look", "-o", path)
    #expect(written.status == .done && written.output == "", "\(written.error)")
    #expect(written.error == "wrote \(path)\n")
    let page = try #require(readFile(path))
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(page.split(separator: "<tr data-point=").count == 9)
    #expect(page.contains("minimize g_loss") && page.contains("# &lt;b&gt;best&lt;/b&gt;"))
    #expect(page.contains("Importance needs 5 points"))
    #expect(page.contains("(2 seeds), fresh seeds"))
    #expect(call("sweep", "report", "look", "-o", "-").output == page)
    #expect(call("sweep", "report", "look").status == .usage)
    #expect(call("sweep", "report", "lok", "-o", path).status == .missing)
    let over = call("sweep", "report", "look", "-o", folder.file("runs.db"))
    #expect(over.status == .usage && over.error.contains("is the registry itself"))
  }
}
