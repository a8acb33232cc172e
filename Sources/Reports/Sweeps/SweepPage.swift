import RunModel

/// A sweep as one page that needs nothing else: no file, no network, no font.
package struct SweepPage: Sendable {
  /// How many points a page shows at most: the best ones of more.
  package static let mostPoints = 2000

  private let report: SweepReport
  private let trials: [TrialStanding]
  private let values: SweepValues
  private var standing: SweepStanding { report.standing }

  /// A page of a sweep.
  package init(_ report: SweepReport) {
    self.report = report
    let all = report.standing.trials
    let minimizes = report.standing.minimizes
    trials =
      all.count <= Self.mostPoints
      ? all
      : all.ranked(minimizes: minimizes).prefix(Self.mostPoints)
        .sorted { $0.trial.number < $1.trial.number }
    values = SweepValues(trials, minimizes: minimizes)
  }

  /// The page.
  package var text: String {
    let title = "Sweep \(standing.name)"
    let page: HTML = """
      \(pageHead(title, style: Self.style, script: Self.script))
      <body>
      <h1>\(title)</h1>
      <main>
      \(facts)\(best)\(probe)\(overview)\(importance)\(slices)\(parallel)\(rungs)\(table)
      <h2>File</h2>
      <div class="wide" id="file" role="region" tabindex="0" aria-label="The sweep's file"><pre>\(HTML(lines: report.sweep.file))</pre></div>
      </main>
      <script>\(Self.script)</script>
      </body>
      </html>

      """
    return page.text
  }

  private var facts: HTML {
    let rows =
      [
        ("state", standing.state.rawValue),
        ("objective", "\(standing.minimizes ? "minimize" : "maximize") \(standing.objective)"),
        ("points", "\(standing.ended) of \(standing.points) have ended"),
        ("epochs", "\(standing.epochs) a full training, \(standing.cost) begun in all"),
      ] + report.rules.map { ($0.name, $0.text) } + [
        ("created", report.sweep.createdAt.rfc3339),
        ("file", "SHA-256 \(report.sweep.digest)"),
      ]
    return facts(rows, id: "facts", label: "What the sweep is")
  }

  private func facts(_ rows: [(String, String)], id: String, label: String) -> HTML {
    let lines = rows.map { name, text -> HTML in
      "<tr><th scope=\"row\">\(name)</th><td>\(text)</td></tr>\n"
    }
    return """
      <div class="wide" id="\(id)" role="region" tabindex="0" aria-label="\(label)"><table class="facts"><tbody>
      \(lines)</tbody></table></div>

      """
  }

  private var best: HTML {
    guard let best = standing.best,
      let trial = standing.trials.first(where: { $0.trial.number == best.number })
    else { return "<h2>Best point</h2>\n<p>No point has a value yet.</p>\n" }
    var rows = [("point", String(best.number))]
    if let confirmed = trial.confirmed {
      rows.append(("confirmed", confirmed.text(\.shortestText) + ", fresh seeds"))
    }
    if let mean = trial.mean { rows.append(("value", mean.text(\.shortestText))) }
    rows.append(("epochs", String(trial.epochs)))
    rows += trial.trial.parameters.map { ($0.key, $0.value.description) }
    rows.append(("runs", trial.runs.map(\.rawValue).joined(separator: " ")))
    let again: HTML =
      report.command.map {
        """
        <p>Train it again:</p>
        <div class="wide" id="command" role="region" tabindex="0" aria-label="The command that trains it again">\
        <pre><code>\($0)</code></pre></div>

        """
      } ?? HTML()
    return "<h2>Best point</h2>\n\(facts(rows, id: "best", label: "Best point"))\(again)"
  }

  /// The slider that goes through the points, from the best on; what it is at is lit everywhere.
  private var probe: HTML {
    guard let first = values.ranking.first else { return HTML() }
    let numbers = values.ranking.map { String($0.trial.number) }.joined(separator: ",")
    let less: HTML =
      trials.count < standing.trials.count
      ? "<p>Charts and the table of points show the best \(trials.count) of \(standing.trials.count).</p>\n"
      : HTML()
    return """
      \(less)<div class="probe"><p class="slider"><label for="point">Points, from the search's best on</label>
      <input type="range" id="point" min="0" max="\(values.ranking.count - 1)" value="0" \
      data-points="\(numbers)"></p>
      <output id="told" for="point">\(first.line)</output></div>

      """
  }

  private var overview: HTML {
    guard !trials.isEmpty else { return HTML() }
    let history = HistorySVG(standing: standing, trials: trials, values: values).figure
    return """
      <h2>History</h2>
      <div class="charts">
      \(history)\(TimelineSVG(report.jobs).figure)</div>

      """
  }

  private var importance: HTML {
    guard let shares = report.importance else {
      return """
        <h2>Importance</h2>
        <p>Importance needs 5 points or more among the best 10 %: 50 points with a result.</p>

        """
    }
    let rows = zip(report.axes, shares).sorted { $0.1 > $1.1 }.map { axis, share -> HTML in
      """
      <tr><th scope="row">\(axis.key)</th><td>\(tenths(100 * share)) %</td>\
      <td class="bars"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect \
      class="share" width="\(tenths(100 * share))" height="8"/></svg></td></tr>

      """
    }
    return """
      <h2>Importance</h2>
      <p>How much each parameter decides whether a point is among the best tenth (PED-ANOVA).</p>
      <div class="wide" id="importance" role="region" tabindex="0" aria-label="Importance"><table><tbody>
      \(rows)</tbody></table></div>

      """
  }

  private var slices: HTML {
    guard !values.ranking.isEmpty else { return HTML() }
    let figures = report.axes.indices.map { place in
      SliceSVG(
        axis: report.axes[place], trials: trials, values: values,
        importance: report.importance?[place]
      ).figure
    }
    return """
      <h2>Values along each parameter</h2>
      <p class="faint">\(key) \(values.caption)</p>
      <div class="slices">
      \(figures)</div>

      """
  }

  private var parallel: HTML {
    guard !values.ranking.isEmpty else { return HTML() }
    let chart = ParallelSVG(
      objective: standing.objective, axes: report.axes, trials: trials, values: values)
    return """
      <h2>All parameters at once</h2>
      <p class="faint">\(key) \(values.caption)</p>
      <div class="wide" id="parallel" role="region" tabindex="0" aria-label="Parallel coordinates">
      \(chart.svg)</div>

      """
  }

  /// What the shades mean.
  private var key: HTML {
    let shades = (0..<SweepValues.shadeCount).map { shade -> HTML in
      """
      <svg class="shade" viewBox="0 0 12 12" aria-hidden="true"><circle class="dot shade-\(shade)" cx="6" \
      cy="6" r="5"/></svg>
      """
    }
    return """
      best fifth \(shades) worst fifth; <svg class="shade" viewBox="0 0 12 12" aria-hidden="true"><path \
      class="cross" d="M3 3l6 6m0-6l-6 6"/></svg> diverged or failed;
      """
  }

  private var rungs: HTML {
    guard standing.rungs.count > 1 else { return HTML() }
    let rows = standing.rungs.map { rung -> HTML in
      """
      <tr><th scope="row">\(rung.epochs)</th><td>\(rung.results)</td><td>\(rung.promoted)</td>\
      <td>\(rung.cutoff.map(figures) ?? "")</td></tr>

      """
    }
    return """
      <h2>Rungs</h2>
      <div class="wide" id="rungs" role="region" tabindex="0" aria-label="Rungs"><table class="numbers rungs">
      <thead><tr><th scope="col">epochs</th><th scope="col">results</th><th scope="col">went on</th>\
      <th scope="col">worst that went on</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  private var table: HTML {
    guard !trials.isEmpty else { return HTML() }
    let isConfirmed = trials.contains { $0.confirmed != nil }
    let first = ["point", "state", "value", "±"] + (isConfirmed ? ["confirmed"] : []) + ["epochs"]
    let keys = report.axes.map(\.key)
    let (names, titles) = (first + shortNames(of: keys) + ["run"], first + keys + ["run"])
    let heads = zip(names, titles).map { name, title -> HTML in
      """
      <th scope="col"><button type="button" class="sort" title="\(title)">\(name)</button></th>
      """
    }
    let rows = trials.map { row($0, isConfirmed: isConfirmed) }
    return """
      <h2>Points</h2>
      <div class="wide" id="all" role="region" tabindex="0" aria-label="Points"><table id="points">
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  private func row(_ trial: TrialStanding, isConfirmed: Bool) -> HTML {
    let number = trial.trial.number
    func cell(_ value: Double?) -> HTML {
      value.map { "<td class=\"end\" data-sort=\"\($0.shortestText)\">\(figures($0))</td>" }
        ?? "<td></td>"
    }
    let parameters = report.axes.map { axis -> HTML in
      let value = trial.trial.parameters.first { $0.key == axis.key }?.value
      guard let value else { return "<td></td>" }
      guard let number = value.doubleValue else { return "<td>\(value.description)</td>" }
      return "<td class=\"end\" data-sort=\"\(number.shortestText)\">\(figures(of: value))</td>"
    }
    let isBest = number == standing.best?.number
    return """
      <tr data-point="\(number)" data-text="\(trial.line)"><th scope="row" class="end" \
      data-sort="\(number)">\(isBest ? "best " : "")\(number)</th><td class="\(look(trial.state))">\
      \(trial.state.rawValue)</td>\(cell(trial.mean?.value))\(cell(trial.mean?.deviation))\
      \(isConfirmed ? cell(trial.confirmed?.value) : HTML())\(cell(Double(trial.epochs)))\(parameters)\
      <td>\(trial.runs.first?.rawValue ?? "")</td></tr>

      """
  }

  private func look(_ state: SweepStanding.State) -> String {
    switch state {
    case .diverged, .failed: "bad"
    case .finished: "good"
    default: "faint"
    }
  }
}

extension TrialStanding.Mean {
  /// `0.25 ± 0.01 (3 seeds)`.
  ///
  /// - Parameter number: how a number is written.
  func text(_ number: (Double) -> String) -> String {
    guard let deviation else { return number(value) + (seeds == 1 ? " (one seed)" : "") }
    return "\(number(value)) ± \(number(deviation)) (\(counted(seeds, "seed")))"
  }
}
