import RunModel
import Testing

@testable import Reports

@Suite("A sweep as a page")
struct SweepPageTests {
  private let hostile = "</script><script>alert('1')</script>\"&\u{1b}[31m"

  private func page(
    _ values: [Double?], name: String = "ring", epochs: [Int] = [9], importance: [Double]? = nil
  ) throws -> String {
    let report = try sweepReport(values, name: name, epochs: epochs, importance: importance)
    return SweepPage(report).text
  }

  @Test("whatever comes from a registry is text and never markup")
  func escaping() throws {
    let plain = try page([1, 2, nil, 3])
    let strange = try page([1, 2, nil, 3], name: hostile)
    for tag in ["<script", "</script", "<path", "<td", "<circle", "<title", "<pre", "alert"] {
      let expected = plain.split(separator: tag).count
      if tag != "alert" { #expect(strange.split(separator: tag).count == expected, "\(tag)") }
    }
    #expect(strange.contains("&lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)"))
    #expect(strange.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0a })
  }

  @Test("a page names no address, and its policy lets it load nothing")
  func selfContained() throws {
    let page = try page([1, 2, 3])
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("//"))
    #expect(page.contains("default-src &#39;none&#39;"))
  }

  @Test("every point has a line, a dot a chart and a row; the slider goes from the best on")
  func points() throws {
    let page = try page([3, 1, nil, 2], epochs: [9, 9, 1, 3])
    #expect(page.split(separator: "class=\"trial ").count == 5)
    // The history and two slices.
    #expect(page.split(separator: "<circle class=\"dot shade-").count == 1 + 3 * 3 + 5 * 2)
    #expect(page.contains("data-points=\"1,0,3\""))
    #expect(page.contains("best 1</th>"))
    #expect(page.contains("dot shade-3 part\" data-point=\"3\""), "no hollow dot")
    // The best so far: 3 at the first point, 1 from the second on.
    #expect(page.contains("class=\"best\" d=\"M62 10H195.3V"), "no line of the best so far")
  }

  @Test("a value that is far off stands at the edge, and the others keep their distances")
  func outlier() throws {
    let values: [Double] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1e30]
    let scale = try #require(
      SweepValues(sweepStanding(values, epochs: [9]).trials, minimizes: true).scale)
    #expect(scale.high == 9 && scale.low == 1)
    #expect(try page(values).contains("1 worse value at the edge"))
  }

  @Test("sweeps without points, without values, of one value or odd ones make a page")
  func odd() throws {
    let odd: [[Double?]] = [
      [], [nil], [nil, nil], [1], [1, 1], [-1.7e308, 1.7e308],
      Array(repeating: 5, count: 20) + [1e300],
    ]
    for values in odd {
      let page = try page(values)
      #expect(page.hasSuffix("</html>\n") && !page.contains(" nan") && !page.contains("NaN"))
    }
    #expect(try page([]).contains("No point has a value yet."))
  }

  @Test("importance is shown from the largest on")
  func importance() throws {
    let page = try page([1, 2, 3], importance: [0.25, 0.75])
    let rate = try #require(page.firstRange(of: "<td>75 %</td>"))
    let loss = try #require(page.firstRange(of: "<td>25 %</td>"))
    #expect(rate.lowerBound < loss.lowerBound)
  }

  @Test("of too many points the best are shown")
  func many() throws {
    let page = try page((0..<2500).map(Double.init))
    #expect(page.contains("show the best 2000 of 2500"))
    #expect(page.split(separator: "<tr data-point=").count == 2001)
  }

  @Test("keys are shortened to what tells them apart")
  func names() {
    #expect(
      shortNames(of: [
        "loss", "generator.optimizer.lr", "discriminator.optimizer.lr",
        "discriminator.optimizer.beta1", "generator.layers.0", "a.x.lr",
      ]) == [
        "loss", "generator…lr", "discriminator…lr", "beta1", "generator…0", "a…lr",
      ])
    #expect(shortNames(of: ["g.a.x", "g.b.x"]) == ["g.a.x", "g.b.x"])
  }
}
