/// Curves over one another, along one axis and on one scale.
package struct Chart: Sendable {
  /// Where a point stands.
  package struct Place: Sendable, Equatable {
    package var x: Double
    /// The value; NaN and infinities stand on a line of marks below the curves.
    package var y: Double

    /// A place from its coordinates.
    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// One curve.
  package struct Curve: Sendable {
    /// As the legend has it.
    package var name: String
    /// From the left to the right.
    package var places: [Place]
    /// How many points there are of which `places` may be a part.
    package var total: Int
    /// Whether it is a parent's: drawn faintly beneath the others, and not counted.
    package var isFaint: Bool

    /// A curve from its parts.
    package init(name: String, places: [Place], total: Int, isFaint: Bool = false) {
      self.name = name
      self.places = places
      self.total = total
      self.isFaint = isFaint
    }
  }

  /// How many finite values of a curve suffice for any terminal: eight for each of its columns of dots.
  package static let pointsKept = 8192

  /// What is drawn, such as a metric's name.
  package var title: String
  package var axis: CurveAxis
  /// In the order of their colours and marks.
  package var curves: [Curve]

  /// A chart from its parts.
  package init(title: String, axis: CurveAxis, curves: [Curve]) {
    self.title = title
    self.axis = axis
    self.curves = curves
  }

  /// How many points are shown of how many, and how: `320 of 5000 points by step, log scale`.
  func caption(shown: Int) -> String {
    let own = curves.filter { !$0.isFaint }
    let total = own.reduce(0) { $0 + $1.total }
    return "\(shown) of \(total) point\(total == 1 ? "" : "s") by \(axis.rawValue)"
      + (valueScale?.isLogarithmic == true ? ", log scale" : "")
  }

  /// The scale of the values, `nil` where none is a number.
  var valueScale: ChartScale? {
    ChartScale(curves.lazy.flatMap(\.places).map(\.y), mayBeLogarithmic: true)
  }

  /// The scale of the axis, `nil` where there is no point.
  var axisScale: ChartScale? {
    ChartScale(curves.lazy.flatMap(\.places).map(\.x), mayBeLogarithmic: false)
  }
}
