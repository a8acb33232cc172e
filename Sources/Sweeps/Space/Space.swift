package import RunModel

/// What a sweep searches: parameters by their dotted configuration keys, in the order of the file.
package struct Space: Sendable, Hashable {
  package var parameters: [Parameter]

  /// A space of parameters.
  package init(_ parameters: [Parameter]) { self.parameters = parameters }

  /// Whether a parameter takes part where those before it have these values.
  ///
  /// - Parameter assignment: at least the values of the parameters before.
  package func isActive(_ index: Int, in assignment: Assignment) -> Bool {
    guard let condition = parameters[index].condition else { return true }
    return condition.holds { key in
      parameters[..<index].firstIndex { $0.key == key }.flatMap { assignment.values[$0] }
    }
  }
}

/// One searched parameter.
package struct Parameter: Sendable, Hashable {
  /// Its dotted configuration key, such as `generator.optimizer.lr`.
  package var key: String
  package var domain: Domain
  /// When it takes part; `nil`: always.
  package var condition: Condition?

  /// A parameter from its parts.
  package init(key: String, domain: Domain, condition: Condition? = nil) {
    self.key = key
    self.domain = domain
    self.condition = condition
  }
}

/// The values that a parameter may take.
package enum Domain: Sendable, Hashable {
  /// One of these, without order; at least one.
  case choice([ParameterValue])
  /// A real number; with a step one of `low`, `low + step`, …, `high`, both ends included.
  case range(low: Double, high: Double, step: Double?)
  /// A positive real number, uniform in its logarithm.
  case log(low: Double, high: Double)
  /// A whole number, both ends included.
  case int(low: Int64, high: Int64, isLog: Bool)
}

/// One value a parameter of a space, in its order; `nil` where the parameter takes no part.
package struct Assignment: Sendable, Hashable {
  package var values: [ParameterValue?]

  /// An assignment from its values.
  package init(_ values: [ParameterValue?]) { self.values = values }
}
