import ArgumentParser
import Reports

/// How curves are drawn, and how many of their points a program gets.
struct ChartOptions: ParsableArguments {
  @Option(help: "What curves are drawn along.")
  var by = CurveAxis.step

  @Option(
    help: ArgumentHelp(
      """
      Thin each curve to n points, 4 or more: each stretch keeps its smallest and its largest value, \
      and every NaN and infinity stays beside them.
      """, valueName: "n"))
  var points: Int?

  func validate() throws {
    if let points, points < 4 {
      throw ValidationError(
        "--points needs a number of 4 or more: the first point, the last and two extremes.")
    }
  }
}

extension CurveAxis: ExpressibleByArgument {}
