public import RunModel

/// What an exported checkpoint's `__metadata__` tells beside its tensors.
///
/// It holds `format` (`gan-runs 1`), `seed`, `counter.NAME` and `settings.KEY`; a value begins with its
/// kind: `i:` an integer, `r:` a real as the 16 hexadecimal digits of its IEEE 754 pattern, `b:` `true`
/// or `false`, `t:` a text. Of a whole checkpoint `checksum` tells a changed byte. No id, name, time or
/// clock is in it: equal digests and settings give equal bytes, and the digest can be restored from it.
public struct CheckpointMetadata: Sendable, Equatable {
  /// Steps, epochs, images, updates, positions, running sums of its epoch.
  public var counters: [String: Snapshot.Counter]
  /// The seed that all random numbers of its run follow from.
  public var seed: UInt64
  /// The dotted settings of its run, every default written out.
  public var settings: [String: ParameterValue]
  /// What the file holds where it is not the whole checkpoint: `generator`.
  public var part: String?
  /// The arrangement of the tensors where it is another program's: `pytorch`.
  public var layout: String?
  /// SHA-256 over the checkpoint's digest and all other texts, which the format has no sum for; told of
  /// whole checkpoints alone.
  public private(set) var checksum: SHA256Digest?

  private static let format = "gan-runs 1"

  /// All that an export tells.
  public init(
    counters: [String: Snapshot.Counter], seed: UInt64, settings: [String: ParameterValue],
    part: String? = nil, layout: String? = nil
  ) {
    self.counters = counters
    self.seed = seed
    self.settings = settings
    self.part = part
    self.layout = layout
  }

  /// The texts of `__metadata__` by key.
  public var texts: [String: String] {
    var texts = ["format": Self.format, "seed": String(seed)]
    texts["part"] = part
    texts["layout"] = layout
    texts["checksum"] = checksum?.description
    for (name, counter) in counters {
      texts["counter.\(name)"] =
        switch counter {
        case .integer(let value): "i:\(value)"
        case .real(let value): "r:\(Self.pattern(value))"
        }
    }
    for (key, value) in settings {
      texts["settings.\(key)"] =
        switch value {
        case .boolean(let value): "b:\(value)"
        case .integer(let value): "i:\(value)"
        case .number(let value): "r:\(Self.pattern(value))"
        case .text(let value): "t:\(value)"
        }
    }
    return texts
  }

  /// Takes the checksum of a whole checkpoint.
  ///
  /// - Parameter digest: the checkpoint's.
  public mutating func seal(over digest: SHA256Digest) { checksum = checksum(over: digest) }

  /// Whether the checksum is that of a checkpoint's digest and these texts.
  func isSealed(over digest: SHA256Digest) -> Bool { checksum == checksum(over: digest) }

  private func checksum(over digest: SHA256Digest) -> SHA256Digest {
    let hash = SHA256()
    hash.update(digest.bytes)
    for (key, text) in texts.sorted(by: { $0.key < $1.key }) where key != "checksum" {
      hash.update(text: key)
      hash.update(text: text)
    }
    return hash.finish()
  }

  /// Reads the texts that `texts` gives, and nothing else: what is accepted is written the same again.
  init?(_ texts: [String: String]) throws(HeaderFault) {
    guard let format = texts["format"], format.hasPrefix("gan-runs ") else { return nil }
    guard format == Self.format else {
      throw HeaderFault(
        reason: "it is of another gan-runs, whose format \(HeaderParser.shown(format)) this one "
          + "does not know")
    }
    self.init(counters: [:], seed: 0, settings: [:], part: texts["part"], layout: texts["layout"])
    for (key, text) in texts {
      switch (key, Self.value(text)) {
      case ("format", _), ("part", _), ("layout", _): continue
      case ("checksum", _): checksum = SHA256Digest(hex: text)
      case ("seed", _):
        if let seed = UInt64(text) { self.seed = seed }
      case (_, .integer(let value)?) where key.hasPrefix("counter."):
        counters[Self.rest(of: key, after: "counter.")] = .integer(value)
      case (_, .number(let value)?) where key.hasPrefix("counter."):
        counters[Self.rest(of: key, after: "counter.")] = .real(value)
      case (_, let value?) where key.hasPrefix("settings."):
        settings[Self.rest(of: key, after: "settings.")] = value
      default: break
      }
    }
    let mine = self.texts
    if let key = texts.keys.sorted().first(where: { texts[$0] != mine[$0] }) {
      throw HeaderFault(
        reason: "its metadata \(HeaderParser.shown(key)) are not as gan-runs writes them")
    }
    guard texts["seed"] != nil else {
      throw HeaderFault(reason: "its metadata have no seed")
    }
  }

  private static func value(_ text: String) -> ParameterValue? {
    let kind = String(text.unicodeScalars.prefix(2))
    let body = rest(of: text, after: kind)
    switch kind {
    case "i:": return Int64(body).map(ParameterValue.integer)
    case "r:": return UInt64(body, radix: 16).map { .number(Double(bitPattern: $0)) }
    case "b:": return Bool(body).map(ParameterValue.boolean)
    case "t:": return .text(body)
    default: return nil
    }
  }

  /// By scalars: a mark that combines with the last character before it belongs to the rest.
  private static func rest(of text: String, after prefix: String) -> String {
    String(text.unicodeScalars.dropFirst(prefix.unicodeScalars.count))
  }

  private static func pattern(_ value: Double) -> String {
    let digits = String(value.bitPattern, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension SafetensorsReader {
  /// What gan-runs told when it wrote the file; `nil` for another program's file.
  ///
  /// - Throws: `SafetensorsError`, `.invalid` where the metadata are not as gan-runs writes them.
  public func checkpointMetadata() throws -> CheckpointMetadata? {
    do { return try CheckpointMetadata(metadata) } catch { throw Self.unsound(path, error.reason) }
  }
}
