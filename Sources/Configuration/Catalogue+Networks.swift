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
        optimizer + "kind", .choice(["adam", "sgd", "rmsprop"]), .value(.text("adam")),
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
        optimizer + "decay", .number(.fraction), .value(.number(0.99)),
        "decay of the mean squared gradient", when: with("rmsprop")),
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
          "discriminator.batch_norm", .choice(["separate", "joined"]),
          .value(.text("separate")), "whether real and fake are normalised apart or as one batch"))
    }
    return settings
  }

  /// What stands under a number that may change in training.
  static let rampParts = ["start", "end", "over_epochs", "factor", "floor"]

  private static func ramp(_ key: String, when condition: Setting.Condition?) -> [Setting] {
    // A momentum of 1 or more never ends to grow.
    let value: SettingType = .number(key.hasSuffix("momentum") ? .fraction : .notNegative)
    let parts: [(name: String, type: SettingType, without: String, meaning: String)] = [
      ("start", value, "constant", "the value at first"),
      ("end", value, "constant", "the value after `over_epochs`, reached in a straight line"),
      ("over_epochs", .number(.positive), "constant", "the straight line's length in epochs"),
      (
        "factor", .number(SettingType.Bounds(0, 1)), "constant",
        "instead of an end: a factor for each update done"
      ),
      ("floor", value, "0", "the lowest value that the factor leads to"),
    ]
    return parts.map {
      Setting(
        key + "." + $0.name, $0.type, .absent($0.without), $0.meaning, when: condition)
    }
  }
}
