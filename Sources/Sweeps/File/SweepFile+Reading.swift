import Configuration
import RunModel

extension SweepFile {
  static let keys = [
    "sweep", "base", "epochs", "seed", "minimize", "maximize", "params", "tie", "sampler", "points",
    "window", "seeds", "confirm", "stop", "fail", "budget",
  ]

  /// The sweep's name, which its runs' names begin with.
  static func name(_ file: FileMap) throws(ConfigurationError) -> String {
    guard let name = try file.text("sweep", "a name") else {
      throw file.missing("sweep", "give the sweep a name, unique in its registry")
    }
    func refused(_ problem: String) -> ConfigurationError {
      ConfigurationError("sweep \(problem); give another name", at: file["sweep"]?.place)
    }
    guard name.unicodeScalars.count <= 100 else {
      throw refused("is a name of more than 100 characters")
    }
    for character in ["@", "/"] where name.contains(character) {
      throw refused("is named \(shown(name)), and a name can't hold \(character)")
    }
    guard name != "latest", !name.hasPrefix("latest~") else {
      throw refused("is named \(shown(name)), which means the newest run")
    }
    guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw refused("is a name with control characters")
    }
    return name
  }

  static func objective(_ file: FileMap) throws(ConfigurationError) -> Objective {
    let given = ["minimize", "maximize"].filter { file[$0] != nil }
    guard let key = given.first, let place = file[key]?.place,
      let text = try file.text(key, "a metric, as last(d_loss)")
    else {
      throw file.missing(
        "minimize", "say by minimize or maximize which number tells good runs from bad ones")
    }
    guard given.count == 1 else {
      throw ConfigurationError(
        "minimize and maximize stand both; keep one", at: file["maximize"]?.place)
    }
    return try Objective(text, direction: key == "minimize" ? .min : .max, at: place)
  }

  /// Refuses a setting that a sweep can't vary.
  static func checkVaried(
    _ key: String, of map: String, at place: Place
  ) throws(ConfigurationError) {
    func refused(_ problem: String) -> ConfigurationError {
      ConfigurationError("\(map).\(shown(key)) \(problem)", at: place)
    }
    switch key {
    case "epochs": throw refused("can't be varied: epochs says how long a full training is")
    case "seed": throw refused("can't be varied: seeds says how many runs a point has")
    default:
      guard RunConfiguration.changesResults(key) else {
        throw refused("never changes a result; set it in base.set")
      }
    }
  }

  static func ties(_ tree: Tree?, _ space: Space) throws(ConfigurationError) -> [Tie] {
    guard let tree else { return [] }
    guard case .map(let entries, _) = tree else {
      throw ConfigurationError(
        "tie must be a map of settings with what they are computed from, not \(tree.kindOfNode)",
        at: tree.place)
    }
    let keys = space.parameters.map(\.key)
    var ties: [Tie] = []
    for entry in entries {
      try checkVaried(entry.key, of: "tie", at: entry.place)
      guard !keys.contains(entry.key) else {
        throw ConfigurationError(
          "tie.\(shown(entry.key)) is searched in params; keep one of the two", at: entry.place)
      }
      ties.append(try Tie(entry, over: keys))
    }
    return ties
  }

  // MARK: What is varied

  /// The configuration that the points vary.
  static func base(
    _ file: FileMap, experiment: String
  ) throws(ConfigurationError) -> BaseConfiguration {
    let place = file["base"]?.place ?? file.place
    var changes: [BaseConfiguration.Change] = [
      ("experiment", .scalar(Scalar(text: experiment, isQuoted: true), place))
    ]
    guard let tree = file["base"] else {
      return try BaseConfiguration(preset: nil, changes: changes, at: place)
    }
    let map = try FileMap(tree, key: "base", names: ["preset", "set"])
    var preset: (name: String, place: Place)?
    if let name = try map.text("preset", "a preset's name"), let place = map["preset"]?.place {
      preset = (name, place)
    }
    if let set = map["set"] {
      guard case .map(let entries, _) = set else {
        throw map.mistyped("set", "a map of settings")
      }
      for entry in entries {
        if let own = ["preset": "base.preset", "epochs": "epochs", "seed": "seeds"][entry.key] {
          throw ConfigurationError(
            "base.set.\(entry.key) is not set here; \(own) says it", at: entry.place)
        }
        changes.append((entry.key, entry.value))
      }
    }
    return try BaseConfiguration(preset: preset, changes: changes, at: place)
  }

  // MARK: How it is searched

  static func sampler(_ file: FileMap) throws(ConfigurationError) -> Sampler {
    let kinds = [("grid", []), ("random", []), ("sobol", []), ("tpe", ["startup"])]
    guard let (kind, map) = try file.kind("sampler", of: kinds) else {
      throw file.missing("sampler", "choose one of grid, random, sobol, tpe")
    }
    switch kind {
    case "grid": return .grid
    case "sobol": return .sobol
    case "tpe": return .tpe(startup: try map.integer("startup", in: 1...100_000) ?? 10)
    default: return .random
    }
  }

  static func stopping(_ file: FileMap, epochs: Int) throws(ConfigurationError) -> Stopping {
    let kinds = [
      ("none", []), ("halving", ["eta", "first"]), ("sync", ["eta", "first"]),
      ("median", ["warmup", "startup"]),
    ]
    guard let (kind, map) = try file.kind("stop", of: kinds) else { return .none }
    switch kind {
    case "halving", "sync":
      let eta = try map.integer("eta", in: 2...1_000_000) ?? 3
      let first = try map.integer("first", in: 1...1_000_000_000) ?? 1
      guard first < epochs else {
        throw ConfigurationError(
          "stop.first is \(first), and a full training has \(epochs); the first rung must be shorter",
          at: map["first"]?.place ?? map.place)
      }
      return kind == "sync" ? .sync(eta: eta, first: first) : .halving(eta: eta, first: first)
    case "median":
      return .median(
        warmup: try map.integer("warmup", in: 0...1_000_000_000) ?? 0,
        startup: try map.integer("startup", in: 1...100_000) ?? 5)
    default: return .none
    }
  }

  static func confirmation(_ file: FileMap) throws(ConfigurationError) -> Rules.Confirmation? {
    guard let tree = file["confirm"] else { return nil }
    let map = try FileMap(tree, key: "confirm", names: ["top", "seeds"])
    guard let top = try map.integer("top", in: 1...1000) else {
      throw map.missing("top", "say how many of the best points are confirmed")
    }
    guard let seeds = try map.integer("seeds", in: 1...1000) else {
      throw map.missing("seeds", "say how many fresh seeds each gets")
    }
    return Rules.Confirmation(top: top, seeds: seeds)
  }

  static func failures(_ file: FileMap) throws(ConfigurationError) -> Failures {
    var failures = Failures()
    guard let tree = file["fail"] else { return failures }
    let map = try FileMap(tree, key: "fail", names: ["retries", "abort_after"])
    if let retries = try map.integer("retries", in: 0...1000) { failures.retries = retries }
    if let row = try map.integer("abort_after", in: 1...100_000) { failures.abortAfter = row }
    return failures
  }

  static func budget(_ file: FileMap) throws(ConfigurationError) -> Budget {
    guard let tree = file["budget"] else { return Budget() }
    let map = try FileMap(tree, key: "budget", names: ["epochs", "wall"])
    return Budget(
      epochs: try map.integer("epochs", in: 1...Int.max), wall: try wall(map))
  }

  /// `8h`, `90m`, `30s`, `2d`, or seconds.
  private static func wall(_ map: FileMap) throws(ConfigurationError) -> Duration? {
    guard let text = try map.text("wall", "a time, as 8h") else { return nil }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? Substring(text) : text.dropLast()
    guard digits.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), let count = Double(digits),
      count > 0, count * (unit ?? 1) <= 1e9
    else { throw map.mistyped("wall", "a time, as 8h, 90m, 30s or a number of seconds") }
    return .milliseconds(Int64((count * (unit ?? 1) * 1000).rounded()))
  }
}
