import RunModel

extension Catalogue {
  static let general: [Setting] = [
    Setting(
      "preset", .text, .absent("none"), "the preset that the file starts from",
      changesResults: false),
    Setting(
      "experiment", .text, .value(.text("default")), "the name of the group the run belongs to",
      changesResults: false),
  ]

  private static func of(_ kinds: String...) -> Setting.Condition {
    Setting.Condition(key: "data.kind", values: kinds)
  }

  static let data: [Setting] = [
    Setting(
      "data.kind",
      .choice(
        ["ring", "grid", "swiss-roll", "fashion-mnist", "digits", "idx", "images"]),
      .required, "what the real examples are"),
    Setting(
      "data.modes", .integer(1...10_000), .value(.integer(8)), "Gaussians on the circle",
      when: of("ring")),
    Setting(
      "data.radius", .number(.positive), .value(.number(2)), "the circle's radius",
      when: of("ring")),
    Setting(
      "data.side", .integer(1...1000), .value(.integer(5)), "Gaussians along each side",
      when: of("grid")),
    Setting(
      "data.spacing", .number(.positive), .value(.number(2)), "distance of neighbouring Gaussians",
      when: of("grid")),
    Setting(
      "data.stddev", .number(.notNegative), .value(.number(0.02)),
      "standard deviation of each Gaussian", when: of("ring")),
    Setting(
      "data.stddev", .number(.notNegative), .value(.number(0.05)),
      "standard deviation of each Gaussian", when: of("grid")),
    Setting(
      "data.stddev", .number(.notNegative), .value(.number(0.05)),
      "standard deviation of the noise", when: of("swiss-roll")),
    Setting(
      "data.path", .text, .value(.text("/usr/share/datasets/fashion-mnist")),
      "the folder of the four `.gz` files", when: of("fashion-mnist"), changesResults: false),
    Setting(
      "data.path", .text, .absent("the one of an installed scikit-learn"),
      "`digits.csv.gz`, or scikit-learn's wheel", when: of("digits"), changesResults: false),
    Setting(
      "data.path", .text, .required, "the IDX file of pictures, packed by gzip or not",
      when: of("idx"), changesResults: false),
    Setting(
      "data.labels", .text, .absent("none"), "the IDX file of their labels", when: of("idx"),
      changesResults: false),
    Setting(
      "data.path", .text, .required, "the folder of PNG and JPEG pictures", when: of("images"),
      changesResults: false),
    Setting(
      "data.size", .integer(4...256), .required,
      "width and height in pixels that pictures are brought to, a multiple of 4",
      when: of("images")),
    Setting(
      "data.channels", .integer(1...3), .value(.integer(3)), "1 (gray) or 3 (colour)",
      when: of("images")),
    Setting(
      "data.range", .list(.number(.any), count: 2...2), .list([.number(-1), .number(1)]),
      "the values of black and white: `[-1, 1]` or `[0, 1]`",
      when: of("fashion-mnist", "digits", "idx", "images")),
    Setting(
      "data.held_out", .number(.properFraction), .value(.number(0.05)),
      "the part kept out of training, of finite data without a test set",
      when: of("digits", "idx", "images")),
  ]
}
