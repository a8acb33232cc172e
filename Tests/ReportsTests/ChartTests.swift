import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("Charts")
struct ChartTests {
  private let terminal = Medium(isTerminal: true, width: 60, hasColor: false, now: noon)
  private let coloured = Medium(isTerminal: true, width: 60, hasColor: true, now: noon)

  private func curve(
    _ name: String, _ values: [Double], from step: Int = 1, isFaint: Bool = false
  ) -> Chart.Curve {
    let places = values.enumerated().map {
      Chart.Place(x: Double(step + $0.offset), y: $0.element)
    }
    return Chart.Curve(name: name, places: places, total: values.count, isFaint: isFaint)
  }

  private func text(_ curves: [Chart.Curve], _ medium: Medium, rows: Int = 5) -> String {
    let pen = CurvePen(areFaint: curves.map(\.isFaint), hasColor: medium.hasColor)
    return Chart(title: "d_loss", axis: .step, curves: curves).text(
      for: medium, rows: rows, pen: pen)
      + pen.legend(curves.map(\.name), for: medium)
  }

  @Test("one curve is dots along its axis, its scale beside it")
  func single() {
    let ramp = (0...100).map { 1 - Double($0) / 200 }
    expectSnapshot(text([curve("ring", ramp)], terminal), named: "chart-single")
  }

  @Test("several curves are letters without colours, and dots in colours with them")
  func several() {
    let curves = [
      curve("ring", (0..<50).map { Double($0) }),
      curve("ring-minimax", (0..<50).map { Double(49 - $0) }),
      curve("equal to ring", (0..<50).map { Double($0) }),
    ]
    expectSnapshot(text(curves, terminal), named: "chart-several")
    expectSnapshot(text(curves, coloured), named: "chart-several-coloured")
  }

  @Test("seven curves are more than there are colours: letters, in colours")
  func many() {
    let curves = (0..<7).map { curve("run \($0)", Array(repeating: Double($0), count: 9)) }
    let text = text(curves, coloured)
    #expect(text.contains("\u{1b}[31mf"))
    #expect(text.contains("\u{1b}[36mg"))
  }

  @Test("a parent's curve is faint, beneath its child's, and not counted")
  func parent() {
    let curves = [
      curve("child", [3, 3, 3], from: 11),
      curve("parent", (0..<13).map { Double($0) / 4 }, isFaint: true),
    ]
    let plain = text(curves, terminal)
    #expect(plain.contains("3 of 3 points"))
    #expect(plain.contains("·") && plain.contains("a"))
    let body = text(curves, coloured).split(separator: "\n")[1...5].joined()
    #expect(body.contains("\u{1b}[2m") && body.contains("\u{1b}[36m"))
  }

  @Test("NaN and infinities have a line of marks each, below the place where they stand")
  func odd() {
    var values = (0..<50).map { Double($0) }
    values[10] = .nan
    values[11] = .infinity
    values[40] = -.infinity
    values[49] = .nan
    expectSnapshot(text([curve("ring", values)], terminal), named: "chart-odd")
    let twins = [curve("a", [1, .nan, 2]), curve("b", [2, .nan, 1])]
    expectSnapshot(text(twins, terminal), named: "chart-odd-two")
  }

  @Test(
    "one spike of 1e6 among 5,000 points of 1 is in the picture, wherever it stands",
    arguments: [0, 1, 777, 2500, 4998, 4999])
  func spike(place: Int) {
    var values = [Double](repeating: 1, count: 5000)
    values[place] = 1e6
    let lines = text([curve("ring", values)], terminal).split(separator: "\n")
    #expect(lines[0].contains("of 5000 points by step, log scale"))
    #expect(lines[1].hasPrefix("1.000e+06 ┤") && lines[1].contains { "⠀" < $0 && $0 <= "⣿" })
    #expect(lines[5].hasPrefix("        1 ┤"))
  }

  @Test("a chart without points says so")
  func empty() {
    #expect(text([curve("ring", [])], terminal).hasPrefix("d_loss  no points\n"))
  }

  @Test(
    "hostile numbers are drawn like others",
    arguments: [
      [1], [1, 1, 1], [.nan], [.nan, .infinity, -.infinity], [0, .leastNonzeroMagnitude],
      [-1.7e308, 1.7e308], [.leastNonzeroMagnitude, 1.7e308], [1e-300, 1], [0, 1e6], [-0.0, 0],
    ] as [[Double]], [1, 20, 60])
  func hostile(values: [Double], width: Int) {
    let medium = Medium(isTerminal: true, width: width, hasColor: false, now: noon)
    let text = text([curve("ring", values)], medium)
    #expect(text.contains(" of "))
    if width == 60 {
      #expect(text.split(separator: "\n").allSatisfy { columns(of: String($0)) <= width })
      let odd = values.count { !$0.isFinite }
      #expect(text.count { $0 == "×" } <= odd && (odd == 0) == !text.contains("×"))
    }
  }

  @Test("a scale becomes logarithmic beyond a ratio of a thousand, where all is positive")
  func scale() throws {
    func isLogarithmic(_ numbers: [Double]) -> Bool {
      ChartScale(numbers, mayBeLogarithmic: true)?.isLogarithmic == true
    }
    #expect(!isLogarithmic([1, 1000]) && isLogarithmic([1, 1001]))
    #expect(!isLogarithmic([0, 1e6]) && !isLogarithmic([-1, 1e6]) && !isLogarithmic([]))
    let scale = try #require(ChartScale([1, 1e6, .nan, .infinity], mayBeLogarithmic: true))
    #expect(abs(scale.fraction(1000) - 0.5) < 1e-12)
    #expect(abs(scale.number(at: 0.5) - 1000) < 1e-9)
  }

  @Test("control characters of a name reach no terminal")
  func names() {
    let text = text([curve("\u{1b}[31mred\n", [1, 2])], terminal)
    #expect(!text.contains("\u{1b}") && text.contains(#"\u{1b}[31mred\n"#))
  }
}

@Suite("Thinning")
struct ThinningTests {
  @Test(
    "random curves keep their extremes and every NaN and infinity, in order, and no more than asked for",
    arguments: 1...100)
  func properties(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let count = Int(random.next() % 3000)
    let limit = 4 + Int(random.next() % 400)
    let points = (0..<count).map { place -> (place: Int, value: Double) in
      switch random.next() % 50 {
      case 0: (place, .nan)
      case 1: (place, random.next() % 2 == 0 ? .infinity : -.infinity)
      default: (place, Double(Int64(bitPattern: random.next()) >> 40))
      }
    }
    let kept = thinned(points, to: limit) { $0.value }
    let finite = points.filter(\.value.isFinite)
    let keptFinite = kept.filter(\.value.isFinite)
    #expect(keptFinite.count <= limit || count <= limit, "seed \(seed)")
    #expect(kept.count - keptFinite.count == count - finite.count, "seed \(seed)")
    #expect(keptFinite.map(\.value).min() == finite.map(\.value).min(), "seed \(seed)")
    #expect(keptFinite.map(\.value).max() == finite.map(\.value).max(), "seed \(seed)")
    #expect(kept.first?.place == points.first?.place && kept.last?.place == points.last?.place)
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.place < $1.place }, "seed \(seed)")
    if count <= limit { #expect(kept.count == count, "seed \(seed)") }
  }

  @Test("every stretch keeps its extremes: no point lies outside of what its neighbours span")
  func stretches() {
    var random = SeededNumbers(seed: 7)
    let values = (0..<10_000).map { _ in Double(random.next() % 1_000_000) }
    let points = values.enumerated().map { (place: $0.offset, value: $0.element) }
    let kept = thinned(points, to: 322) { $0.value }
    // 160 stretches of 62 or 63 points.
    for start in stride(from: 1, to: 9900, by: 500) {
      let near = kept.filter { (start - 63..<start + 126).contains($0.place) }.map(\.value)
      let stretch = values[start..<start + 62]
      #expect(near.max() ?? 0 >= stretch.max() ?? 0)
      #expect(near.min() ?? 0 <= stretch.min() ?? 0)
    }
  }
}

@Suite("Axes")
struct AxisTests {
  private func attempt(_ number: Int, from start: Int64, to end: Int64?) -> Attempt {
    Attempt(
      number: number, startStep: 0, startedAt: minutes(start), endedAt: end.map { minutes($0) },
      status: .finished, environment: RunEnvironment(facts: [:]))
  }

  private func point(_ attempt: Int, at minute: Int64, epoch: Int? = 1) -> SeriesPoint {
    SeriesPoint(
      step: Int(minute), epoch: epoch, images: nil, value: 1,
      time: minutes(minute), attempt: attempt)
  }

  @Test("time counts what the attempts took, not the pause between them")
  func time() {
    let attempts = [attempt(1, from: 0, to: 10), attempt(2, from: 1000, to: nil)]
    let places = CurveAxis.time.places(
      of: [point(1, at: 5), point(1, at: 10), point(2, at: 1001)], attempts: attempts)
    #expect(places.map(\.x) == [300, 600, 660])
  }

  @Test("points that bring their own times along begin with the first of them")
  func foreign() {
    let places = CurveAxis.time.places(
      of: [point(1, at: -500), point(1, at: -499)], attempts: [attempt(1, from: 0, to: 1)])
    #expect(places.map(\.x) == [0, 60])
  }

  @Test("points without an epoch stand nowhere on the axis of epochs")
  func epochs() {
    let points = [point(1, at: 1), point(1, at: 2, epoch: nil), point(1, at: 3, epoch: 2)]
    #expect(CurveAxis.epoch.places(of: points, attempts: []).map(\.x) == [1, 2])
    #expect(CurveAxis.images.places(of: points, attempts: []).isEmpty)
  }
}
