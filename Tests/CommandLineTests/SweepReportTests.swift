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

  @Test("status and best keep the search's value apart from that of fresh seeds")
  func values() throws {
    let rows = call("sweep", "status", "look").output.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    let best = try #require(rows.first { !$0[4].isEmpty })
    #expect(rows.count == 8 && rows.allSatisfy { $0.count == 12 })
    #expect(best[2] != best[4] && Double(best[2]) != nil && Double(best[4]) != nil)
    let facts = call("sweep", "best", "look").output
    #expect(facts.contains("point\t\(best[0]) of sweep look\n"))
    #expect(facts.contains("value\t\(best[2]) (one seed)\nconfirmed\t\(best[4]) ± "))
    for width in [80, 120] {
      let text = call("sweep", "status", "look", isTerminal: true, width: width).output
      #expect(text.hasPrefix("look  finished  minimize g_loss\n8 of 8 points ended"))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "\(text)")
      #expect(text.contains("*\(best[0])  finished"))
    }
    // It is over: the watch ends at once with the table.
    let watched = call("sweep", "status", "look", "--watch", isTerminal: true, width: 80).output
    #expect(watched == call("sweep", "status", "look", isTerminal: true, width: 80).output)
  }

  @Test("a list has every sweep, in three formats")
  func list() throws {
    let csv = call("sweep", "list", "--csv").output.split(separator: "\n")
    #expect(csv.count == 2)
    #expect(csv[0].hasPrefix("name,state,points,ended,epochs,cost,direction,objective,best,value,"))
    #expect(csv[1].hasPrefix("look,finished,8,8,4,"))
    #expect(call("sweep", "list", "--json").output.contains(#""objective": "g_loss""#))
    #expect(call("sweep", "list", isTerminal: true).output.contains("look  finished     8/8"))
    #expect(call("sweep", "list").output.split(separator: "\t").count == 12)
  }
}
