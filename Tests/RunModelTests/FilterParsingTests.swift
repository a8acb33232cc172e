import RunModel
import TestSupport
import Testing

@Suite("Reading a filter")
struct FilterParsingTests {
  typealias Clause = RunFilter.Clause

  private static let status = RunField.own(.status)
  private static let loss = RunField.metric("d_loss", .last)

  @Test(
    "a text is a tree",
    arguments: [
      ("metrics.d_loss < 0.6", .comparison(loss, .less, .number(0.6))),
      ("metrics.d_loss<-.5e-1", .comparison(loss, .less, .number(-0.05))),
      ("METRICS.d_loss >= +3", .comparison(loss, .atLeast, .integer(3))),
      (
        "metrics.swd[n=2048, k=5] < 0.1",
        .comparison(.metric("swd[n=2048, k=5]", .last), .less, .number(0.1))
      ),
      (
        "metrics.`odd ``name``]` = inf",
        .comparison(.metric("odd `name`]", .last), .equal, .number(.infinity))
      ),
      (
        "first_nan_step(metrics.d_loss) < 2000",
        .comparison(.metric("d_loss", .firstNaNStep), .less, .integer(2000))
      ),
      (
        "best(train/loss-1) != -inf",
        .comparison(.metric("train/loss-1", .best), .unequal, .number(-.infinity))
      ),
      ("max(`a b`) > 1e3", .comparison(.metric("a b", .max), .greater, .number(1000))),
      (
        "params.generator.layers.0.dense = 256",
        .comparison(.parameter("generator.layers.0.dense"), .equal, .integer(256))
      ),
      ("params.fresh = true", .comparison(.parameter("fresh"), .equal, .boolean(true))),
      ("tags.note = 'it''s'", .comparison(.tag("note"), .equal, .text("it's"))),
      ("name = \"say \"\"hi\"\"\"", .comparison(.own(.name), .equal, .text("say \"hi\""))),
      (
        "created_at > -1.5h",
        .comparison(.own(.createdAt), .greater, .ago(microseconds: 5_400_000_000))
      ),
      (
        "ended_at <= '1970-01-01T00:00:01Z'",
        .comparison(.own(.endedAt), .atMost, .time(Timestamp(microseconds: 1_000_000)))
      ),
      ("parent is null", .isMissing(.own(.parent))),
      ("parent IS NOT NULL", .not(.isMissing(.own(.parent)))),
      (
        "status in ('failed', 'crashed')", .membership(status, [.text("failed"), .text("crashed")])
      ),
      ("status not in ('failed')", .not(.membership(status, [.text("failed")]))),
      ("name ilike '%Gan_'", .pattern(.own(.name), "%Gan_", ignoresCase: true)),
      (
        "not name like 'a' and epoch = 1 or not (step = 2)",
        .any([
          .all([
            .not(.pattern(.own(.name), "a", ignoresCase: false)),
            .comparison(.own(.epoch), .equal, .integer(1)),
          ]),
          .not(.comparison(.own(.step), .equal, .integer(2))),
        ])
      ),
      (
        "epoch=1 and (step=2 or images=3)",
        .all([
          .comparison(.own(.epoch), .equal, .integer(1)),
          .any([
            .comparison(.own(.step), .equal, .integer(2)),
            .comparison(.own(.images), .equal, .integer(3)),
          ]),
        ])
      ),
    ] as [(String, Clause)])
  func trees(text: String, tree: Clause) throws {
    #expect(try RunFilter(parsing: text).clause == tree)
  }

  @Test("the fields of a filter come each once, in order")
  func fields() throws {
    let filter = try RunFilter(parsing: "min(a) < 1 and (tags.b = 'x' or min(a) > 0) and step = 1")
    #expect(filter.fields == [.metric("a", .min), .tag("b"), .own(.step)])
  }

  @Test(
    "a mistake is told with its place",
    arguments: [
      ("", "", "a field"), ("epoch", "", "= != < <="), ("epoch = ", "", "a number"),
      ("epoch = 'a'", "'a'", "a number"), ("epoch == 1", "==", "one of ="),
      ("epoch = 1x", "1x", "a number such as"), ("epoch = 0x10", "0x10", "a number such as"),
      ("epoch = 1 2", "2", "and, or, or the end"), ("(epoch = 1", "", "and, or, or )"),
      ("epoch = 1)", ")", "the end"), ("epoch = 1 and", "", "a field"),
      ("metrics. = 1", " ", "a name after metrics."),
      ("metrics.a[1 < 2", "[1 < 2", "no closing ]"),
      ("name = 'a", "'a", "no closing '"), ("metrics.`a = 1", "`a = 1", "no closing `"),
      ("statsu = 'x'", "statsu", "did you mean status?"),
      ("metric.a.b = 1 or metrik.a = 1", "metrik.a", "did you mean metrics.a?"),
      ("d_loss < 1", "d_loss", "metrics.d_loss"), ("mni(a) = 1", "mni", "did you mean min?"),
      ("avg(a) = 1", "avg", "there are last, min"), ("min(1) = 1", "1", "a metric"),
      ("min(a = 1", "=", ")"), ("status = 'finishd'", "'finishd'", "'finished'"),
      ("status in ('failed', 'x')", "'x'", "there are running"),
      ("status > 1", "1", "a status"), ("tags.a = 1", "1", "a text in quotes"),
      ("epoch like 'a'", "like", "holds numbers"), ("created_at = 5", "5", "a time"),
      ("created_at > 'then'", "'then'", "a time"), ("created_at > 5h", "5h", "a time"),
      ("created_at > '2026-02-29'", "'2026-02-29'", "a time"),
      ("params.a < true", "true", "no order"), ("params.a = null", "null", "is null"),
      ("params.a is 1", "1", "null or not null"), ("name not = 'a'", "=", "in, like"),
      ("name in 'a'", "'a'", "("), ("name in ()", ")", "a text"),
      ("name in ('a' 'b')", "'b'", "a comma or )"),
      ("name like 5", "5", "a pattern"), ("epoch = 1; drop", ";", "means nothing"),
      ("名前 = 'x'", "名前", "metrics.名前"), ("created_at > -999999999w", "-999999999w", "longer"),
    ])
  func mistakes(text: String, place: String, expected: String) throws {
    let error = try #require(throws: FilterError.self) { try RunFilter(parsing: text) }
    #expect(String(text[error.place]) == place)
    #expect(error.description.contains(expected), "\(error)")
    if place.isEmpty { #expect(error.place.lowerBound == text.endIndex) }
  }

  @Test("what is too deep, too long or too much is refused, not followed")
  func bounds() {
    for text in [
      String(repeating: "(", count: 30_000), String(repeating: "not ", count: 15_000) + "epoch = 1",
      Array(repeating: "epoch = 1", count: 300).joined(separator: " and "),
      "epoch in (" + Array(repeating: "1", count: 2000).joined(separator: ",") + ")",
      "name = '" + String(repeating: "a", count: 70_000) + "'",
      "name like '" + String(repeating: "%", count: 5000) + "'",
    ] {
      #expect(throws: FilterError.self) { try RunFilter(parsing: text) }
    }
  }

  @Test("no text traps: words of the language in any order, and any characters")
  func anyText() {
    let words = [
      "metrics.", "params.a", "tags.`b`", "status", "(", ")", "and", "or", "not", "in", "like",
      "is", "null", "<", "=", "!", "'x'", "\"", "`", "[", "]", "-6h", "1e", "nan", ",", "é", "🚀",
      "\u{301}", "\r\n", "min", ".", "-", "e+",
    ]
    var random = SeededNumbers(seed: 5)
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        words[Int.random(in: 0..<words.count, using: &random)]
      }.joined(separator: Bool.random(using: &random) ? " " : "")
      do {
        _ = try RunFilter(parsing: text)
      } catch {
        #expect(error.place.upperBound <= text.endIndex)
        #expect(!error.description.isEmpty)
      }
    }
  }
}

@Suite("Reading a time")
struct TimestampParsingTests {
  @Test(
    "the front of an RFC 3339 text is one",
    arguments: [
      ("2026-11-24", "2026-11-24T00:00:00.000Z"), ("2026-11-24 15:30", "2026-11-24T15:30:00.000Z"),
      ("2026-11-24T15:30:13", "2026-11-24T15:30:13.000Z"),
      ("2026-11-24T15:30:13.25Z", "2026-11-24T15:30:13.250Z"),
      ("2024-02-29T23:30:00-01:00", "2024-03-01T00:30:00.000Z"),
    ])
  func times(text: String, rfc3339: String) throws {
    #expect(try #require(Timestamp(parsing: text)).rfc3339 == rfc3339)
  }

  @Test(
    "what is none is refused",
    arguments: [
      "", "Z", "2026", "2026-13-01", "2026-02-30", "2026-11-24T25:00", "now", "2026-11-24T",
    ])
  func none(text: String) {
    #expect(Timestamp(parsing: text) == nil)
  }
}
