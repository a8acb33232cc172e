import Foundation
import RunModel

/// A comparison as one page that needs nothing else: no file, no network, no font.
package struct ComparisonPage: Sendable {
  /// How many finite values of a curve a page draws at most: about two for each pixel of its width.
  package static let pointsKept = 800

  /// What cells are written for: as a person reads them.
  private static let medium = Medium(
    isTerminal: true, width: 80, hasColor: false, now: Timestamp(microseconds: 0))

  private let comparison: Comparison
  private let reels: [SampleReel]

  /// A page of a comparison, which has curves, and of each run's sample grids.
  package init(_ comparison: Comparison, reels: [SampleReel]) {
    self.comparison = comparison
    self.reels = reels
  }

  /// The page.
  package var text: String {
    let runs = comparison.runs
    let title = "\(runs.count) runs compared"
    let names = comparison.titles.joined(separator: ", ")
    let page: HTML = """
      \(pageHead("\(title): \(names)", style: Self.style, script: Self.script))
      <body>
      <h1>\(title)</h1>
      \(legend)<main>
      \(table("Runs", comparison.headRows(for: Self.medium, time: \.rfc3339)))
      \(table("Settings", comparison.rows(comparison.parameters), empty: "the same settings"))
      \(table("Code", comparison.rows(comparison.code), empty: "the same code"))
      \(table("Environment", comparison.rows(comparison.environment), empty: "the same environment"))
      \(table("Metrics", comparison.metricRows, isNumeric: true, empty: "no metrics"))
      \(partings)\(charts)\(samples)</main>
      \(samples.text.isEmpty ? HTML() : "<script>\(Self.script)</script>\n")</body>
      </html>

      """
    return page.text
  }

  /// A box for each run, which hides and shows its curves and grids.
  private var legend: HTML {
    let boxes = comparison.titles.enumerated().map { place, title -> HTML in
      """
      <label><input type="checkbox" id="show-\(place)" checked><svg class="swatch" viewBox="0 0 24 8" \
      aria-hidden="true"><path class="curve run-\(place)" d="M1 4h22"/></svg>\(title)</label>

      """
    }
    return "<fieldset class=\"legend\"><legend>Shown</legend>\n\(boxes)</fieldset>\n"
  }

  private func table(
    _ title: String, _ rows: [[Table.Cell]], isNumeric: Bool = false, empty: String = ""
  ) -> HTML {
    guard !rows.isEmpty else { return "<h2>\(title)</h2>\n<p>\(empty)</p>\n" }
    let heads = comparison.titles.map { "<th scope=\"col\">\($0)</th>" as HTML }
    let lines = rows.map { row -> HTML in
      let cells = row.dropFirst().map { cell -> HTML in
        guard let paint = cell.paint else { return "<td>\(cell.text)</td>" }
        return "<td class=\"\(Self.name(of: paint))\">\(cell.text)</td>"
      }
      return "<tr><th scope=\"row\">\(row[0].text)</th>\(Array(cells))</tr>\n"
    }
    return """
      <h2>\(title)</h2>
      <div class="wide" role="region" tabindex="0" aria-label="\(title)"><table\
      \(isNumeric ? " class=\"numbers\"" as HTML : HTML())>
      <thead><tr><td></td>\(heads)</tr></thead>
      <tbody>
      \(lines)</tbody></table></div>

      """
  }

  private static func name(of paint: Paint) -> String {
    switch paint {
    case .good: "good"
    case .bad: "bad"
    case .faint: "faint"
    default: "plain"
    }
  }

  private var partings: HTML {
    let sentences = comparison.sentences.split(separator: "\n").map {
      "<li>\(String($0))</li>\n" as HTML
    }
    return "<h2>Where they part</h2>\n<ul>\n\(sentences)</ul>\n"
  }

  private var charts: HTML {
    guard !comparison.metrics.isEmpty else { return HTML() }
    let figures = comparison.metrics.map { ChartSVG(comparison.chart($0)).figure }
    return "<h2>Curves</h2>\n<div class=\"charts\">\n\(figures)</div>\n"
  }

  /// Each run's grids; the slider chooses the epoch, for all of them at once.
  private var samples: HTML {
    let epochs = Set(reels.flatMap { $0.pictures.map(\.epoch) }).sorted()
    guard let last = epochs.last else { return HTML() }
    let figures = zip(comparison.titles, reels).enumerated().map { place, run in
      reel(place, title: run.0, run.1)
    }
    return """
      <h2>Samples</h2>
      <p class="slider"><label for="epoch">Epoch</label>
      <input type="range" id="epoch" min="0" max="\(epochs.count - 1)" value="\(epochs.count - 1)" \
      data-epochs="\(epochs.map(String.init).joined(separator: ","))"> <output id="epoch-shown" \
      for="epoch">\(last)</output></p>
      <div class="reels">
      \(figures)</div>

      """
  }

  private func reel(_ place: Int, title: String, _ reel: SampleReel) -> HTML {
    let images = reel.pictures.enumerated().map { number, picture -> HTML in
      let data = Data(picture.png).base64EncodedString()
      let isLast = number == reel.pictures.count - 1
      return """
        <img data-epoch="\(picture.epoch)"\(isLast ? HTML() : " hidden") \
        alt="\(title), \(picture.name) of epoch \(picture.epoch)" src="data:image/png;base64,\(data)">

        """
    }
    let at = reel.pictures.last.map { "epoch \($0.epoch)" } ?? "none"
    let count =
      reel.pictures.count < reel.total ? " (\(reel.pictures.count) of \(reel.total) grids)" : ""
    return """
      <figure class="reel run-\(place)"><figcaption><b>\(title)</b> <span class="at">\(at)</span>\(count)\
      </figcaption>
      \(images)</figure>

      """
  }
}
