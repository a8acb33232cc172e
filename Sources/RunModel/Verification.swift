/// One thing that a check of a registry found wrong, and where.
package struct Finding: Sendable, Hashable {
  /// Which check failed.
  package enum Kind: String, Sendable, CaseIterable {
    /// SQLite can't follow the file's pages, or its indexes and rows differ.
    case file
    /// The tables are not those of the schema's version.
    case schema
    /// A row names another that is not there.
    case reference
    /// A row under a seal changed, vanished or came from elsewhere.
    case seal
    /// A value that follows from others does not.
    case derived
    /// A checkpoint is not what its digest says.
    case checkpoint
    /// Stored bytes are not what their names say.
    case content
  }

  /// Which check failed.
  package var kind: Kind
  /// The run it concerns, where it is one.
  package var run: RunID?
  /// The run, table and row, in words.
  package var place: String
  /// What is wrong there.
  package var detail: String

  /// A finding from its parts.
  package init(_ kind: Kind, run: RunID? = nil, place: String, _ detail: String) {
    self.kind = kind
    self.run = run
    self.place = place
    self.detail = detail
  }
}

/// How much of the stored bytes a check reads.
package struct DataSample: Sendable, Hashable {
  /// 0 to 100; 0 reads none.
  package var percent: Double
  /// Which contents a share takes: those whose name and this number say so.
  package var seed: UInt64

  /// A share of the contents.
  package init(percent: Double, seed: UInt64) {
    self.percent = percent
    self.seed = seed
  }

  /// Rows alone.
  package static let none = DataSample(percent: 0, seed: 0)
  /// Every byte.
  package static let all = DataSample(percent: 100, seed: 0)

  /// Whether a content of a name is read.
  package func takes(_ digest: SHA256Digest) -> Bool {
    guard percent < 100 else { return true }
    guard percent > 0 else { return false }
    let hash = SHA256()
    hash.update(seed)
    hash.update(digest.bytes)
    let number = hash.finish().bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    return Double(number) < percent / 100 * 4_294_967_296
  }
}

/// What a check of a registry looked at, and what it found.
package struct Verification: Sendable {
  /// Findings that are kept; more are counted.
  package static let limit = 1000

  /// How much was looked at.
  package struct Counts: Sendable, Hashable {
    package var runs = 0
    /// Rows under seals.
    package var rows = 0
    package var points = 0
    package var checkpoints = 0
    package var contents = 0
    package var chunks = 0
    /// Raw bytes that were read and compared with their names.
    package var bytes = 0

    package init() {}
  }

  /// What is wrong, in the order of finding.
  package private(set) var findings: [Finding] = []
  /// How many more findings there are than `findings` holds.
  package private(set) var unlisted = 0
  /// How much was looked at.
  package var checked = Counts()
  /// How much of the bytes was to be read.
  package var data: DataSample

  /// How many more bits may be turned back in search of the row that a changed one belongs to.
  package var turns: Int

  /// Some seconds' worth, however many rows of a stranger's file are damaged.
  package static let turns = 2_000_000

  /// A check that has looked at nothing yet.
  package init(data: DataSample, turns: Int = Self.turns) {
    self.data = data
    self.turns = turns
  }

  /// Whether nothing is wrong.
  package var isClean: Bool { findings.isEmpty }

  /// Takes a finding in, once.
  package mutating func add(_ finding: Finding) {
    if findings.count < Self.limit {
      if !findings.contains(finding) { findings.append(finding) }
    } else {
      unlisted += 1
    }
  }
}
