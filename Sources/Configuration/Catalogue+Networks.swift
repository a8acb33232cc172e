import RunModel

extension Catalogue {
  /// The settings of one network.
  static func network(_ name: String) -> [Setting] {
    let optimizer = name + ".optimizer."
    func with(_ kinds: String...) -> Setting.Condition {
      Setting.Condition(key: optimizer + "kind", values: kinds)
    }
    var settings = [
      Setting(name + ".layers", .layers, .required, "its layers, first to last"),
      Setting(
        optimizer + "kind", .choice(["adam", "sgd"], later: ["rmsprop"]), .value(.text("adam")),
        "how gradients change weights"),
      Setting(
        optimizer + "lr", .number(.notNegative), .value(.number(2e-4)), "the learning rate",
        when: with("adam", "rmsprop")),
      Setting(
        optimizer + "lr", .number(.notNegative), .value(.number(0.01)), "the learning rate",
        when: with("sgd")),
      Setting(
        optimizer + "beta1", .number(.fraction), .value(.number(0.5)),
        "decay of the mean gradient", when: with("adam")),
      Setting(
        optimizer + "beta2", .number(.fraction), .value(.number(0.999)),
        "decay of the mean squared gradient", when: with("adam")),
      Setting(
        optimizer + "eps", .number(.positive), .value(.number(1e-8)),
        "added to the root of the mean square", when: with("adam", "rmsprop")),
      Setting(
        optimizer + "momentum", .number(.fraction), .value(.number(0)),
        "part of the last change that is kept", when: with("sgd")),
    ]
    for rate in ["lr", "momentum"] {
      settings += ramp(optimizer + rate, when: rate == "lr" ? nil : with("sgd"))
    }
    if name == "generator" {
      settings += [
        Setting(
          "generator.ema", .number(.fraction), .absent("no average"),
          "decay of the moving average of weights and running statistics that samples use"),
        Setting(
          "generator.batch_size", .integer(1...1_000_000), .absent("batch_size"),
          "fakes in a generator update, where it differs"),
      ]
    } else {
      settings.append(
        Setting(
          "discriminator.batch_norm", .choice(["separate", "joined"], later: []),
          .value(.text("separate")), "whether real and fake are normalised apart or as one batch"))
    }
    return settings
  }

  private static func ramp(_ key: String, when condition: Setting.Condition?) -> [Setting] {
    let parts = [
      ("start", "the value at first"), ("end", "the value after the ramp"),
      ("over_epochs", "the ramp's length in epochs"), ("factor", "a factor an update"),
      ("floor", "the lowest value"),
    ]
    return parts.map {
      Setting(
        key + "." + $0.0, .number(.notNegative), .absent("constant"), $0.1, when: condition,
        isLater: true)
    }
  }
}
