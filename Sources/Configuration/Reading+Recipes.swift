import RunModel

extension Reading {
  /// Refuses ramps that are neither `{start, end, over_epochs}` nor `{start, factor, floor}`.
  func checkRamps() throws(ConfigurationError) {
    for network in ["generator", "discriminator"] {
      for rate in ["lr", "momentum"] {
        let key = "\(network).optimizer.\(rate)"
        let given = Catalogue.rampParts.filter { values["\(key).\($0)"] != nil }
        switch given {
        case [], ["start", "end", "over_epochs"], ["start", "factor"],
          ["start", "factor", "floor"]:
          continue
        default:
          throw ConfigurationError(
            "\(key) holds \(given.joined(separator: ", ")); a ramp is {start, end, over_epochs}, or "
              + "{start, factor, floor} where the floor may be left out", at: place(of: key))
        }
      }
    }
  }

  /// Refuses batch norm in a discriminator whose gradient is penalised example by example.
  ///
  /// Gulrajani et al. 2017, §4: with batch norm a logit is a function of the whole batch, and the
  /// gradient by one example is no longer that example's alone.
  func checkGradientPenalties() throws(ConfigurationError) {
    let checked = Values(self)
    let penalty: String
    if checked.has("gradient_penalty.lambda") {
      penalty = "loss \(try checked.text("loss"))"
    } else if checked.has("r1.gamma") {
      penalty = "r1"
    } else {
      return
    }
    let key = values.keys.sorted().first {
      $0.hasPrefix("discriminator.layers.") && $0.hasSuffix(".norm.kind")
        && values[$0] == .text("batch")
    }
    guard let key else { return }
    throw ConfigurationError(
      "\(key) is batch, and \(penalty) penalises the gradient of each logit by its own example, which "
        + "batch norm makes depend on all the others; leave the norm out, or take layer norm",
      at: place(of: key))
  }
}
