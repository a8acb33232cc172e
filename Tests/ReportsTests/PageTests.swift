import RunModel
import Testing

@testable import Reports

@Suite("A comparison as a page")
struct PageTests {
  private let hostile = "</script><script>alert('1')</script>\"&\u{1b}[31m\n"

  private func page(
    name: String = "ring", values: [Double] = [1, 2, .nan], pictures: Int = 0, runs: Int = 2,
    _ change: (inout Comparison.Choice) -> Void = { _ in }
  ) throws -> String {
    let all = try (1...runs).map { number in
      var run = try run(number, name: number == 1 ? "base" : "\(name) \(number)")
      run.parameters["key of \(name)"] = .text(number == 1 ? name : "plain")
      run.metrics = [name: summary(values)]
      return run
    }
    var choice = Comparison.Choice()
    choice.curveLimit = ComparisonPage.pointsKept
    change(&choice)
    let comparison = Comparison(
      all, attempts: all.map { _ in [] }, choice
    ) { _ in [name: points(values)] }
    let reels = all.map { _ in
      SampleReel(
        (0..<pictures).map {
          SamplePicture(name: name, step: $0, epoch: $0, png: [1, 2, 3], time: noon)
        }, total: 9)
    }
    return ComparisonPage(comparison, reels: reels).text
  }

  @Test("whatever comes from a registry is text and never markup")
  func escaping() throws {
    let plain = try page(pictures: 2)
    let strange = try page(name: hostile, pictures: 2)
    for tag in ["<script", "</script", "<img", "<path", "<td", "<label", "<title", "onerror"] {
      #expect(strange.split(separator: tag).count == plain.split(separator: tag).count, "\(tag)")
    }
    #expect(
      strange.contains("&lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;"))
    #expect(strange.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0a })
    #expect(strange.contains(#"\u{1b}[31m\n"#))
  }

  @Test("a page names no address, and its policy lets it load nothing")
  func selfContained() throws {
    let page = try page(pictures: 2)
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("//"))
    #expect(page.contains("default-src &#39;none&#39;; img-src data:;"))
    #expect(page.contains("script-src &#39;sha256-"))
    #expect(page.contains("src=\"data:image/png;base64,AQID\""))
  }

  @Test("the slider spans the epochs, and each run shows its newest grid")
  func slider() throws {
    let page = try page(pictures: 3)
    #expect(page.contains(#"max="2" value="2" data-epochs="0,1,2""#))
    #expect(page.split(separator: " hidden alt=").count == 5)
    #expect(page.contains("(3 of 9 grids)"))
    let none = try self.page()
    #expect(!none.contains("<script") && !none.contains("Samples"))
  }

  @Test("curves break at NaN and mark it; a point alone is a dot; a spike is the highest place")
  func curves() throws {
    let broken = try page(values: [1, .nan, 3, 2, .infinity])
    #expect(broken.contains(#"d="M62 208h.01M262 8L362 108""#))
    #expect(broken.contains(": NaN</title>") && broken.contains(": inf</title>"))
    var values = [Double](repeating: 1, count: 5000)
    values[777] = 1e6
    let spiky = try page(values: values)
    #expect(spiky.contains(" of 10000 points by step, log scale"))
    #expect(spiky.contains(" 8L"), "no point at the top")
  }

  @Test("fifty runs have fifty classes, told apart by colour and dashes")
  func many() throws {
    let page = try page(runs: 50)
    for run in 0..<50 {
      #expect(page.contains("<path class=\"curve run-\(run)\""))
      #expect(page.contains(".run-\(run){--hue:"))
    }
    let looks = page.split(separator: "\n").filter { $0.hasPrefix("path.run-") }
    #expect(looks.count == 50)
  }

  @Test("a metric without points, and values that are all equal or odd, make a page")
  func odd() throws {
    for values in [[1.0], [1, 1], [.nan], [.infinity, -.infinity], [-1.7e308, 1.7e308]] {
      let page = try page(values: values)
      #expect(
        page.contains("<svg viewBox") && !page.contains("nan ") && page.hasSuffix("</html>\n"))
    }
    let empty = try self.page { $0.metrics = [] }
    #expect(empty.contains("no metrics") && !empty.contains("Curves"))
  }

  @Test("of too many grids the first, the last and even ones between are shown")
  func thinning() {
    #expect(SampleReel.places(of: 3, limit: 40) == [0, 1, 2])
    let places = SampleReel.places(of: 1000, limit: 40)
    #expect(places.count == 40 && places.first == 0 && places.last == 999)
    #expect(zip(places, places.dropFirst()).allSatisfy { (25...26).contains($1 - $0) })
  }
}
