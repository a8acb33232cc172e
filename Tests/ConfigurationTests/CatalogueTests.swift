import RunModel
import Testing

@testable import Configuration

@Suite("The catalogue of keys")
struct CatalogueTests {
  private static let all = Catalogue.settings + Catalogue.layer

  @Test("every default is a value of its key's type")
  func defaults() {
    for setting in Self.all {
      switch (setting.fallback, setting.type) {
      case (.value(let value), let type):
        #expect(type.value(of: Scalar(value)) == value, "\(setting.key)")
      case (.list(let values), .list(let element, let count)):
        #expect(count.contains(values.count), "\(setting.key)")
        #expect(values.allSatisfy { element.value(of: Scalar($0)) == $0 }, "\(setting.key)")
      case (.list, _): Issue.record("\(setting.key) is no list")
      case (.required, _), (.absent, _): break
      }
    }
  }

  @Test("every condition names a key that chooses, and values that it can have")
  func conditions() {
    for setting in Self.all {
      guard let condition = setting.condition else { continue }
      let owner = Self.all.first { $0.key == condition.key }
      guard case .choice(let words)? = owner?.type else {
        Issue.record("\(setting.key) belongs to \(condition.key), which chooses nothing")
        continue
      }
      #expect(condition.values.allSatisfy(words.contains), "\(setting.key)")
    }
    let kinds = Set(Catalogue.layerKinds)
    #expect(Catalogue.layer.allSatisfy { kinds.isSuperset(of: $0.layers) })
  }

  @Test("a key that stands twice belongs to different kinds")
  func duplicates() {
    let keys = Array(Catalogue.byKey) + Array(Catalogue.layerByKey)
    for (key, settings) in keys where settings.count > 1 {
      let values = settings.flatMap { $0.condition?.values ?? [] }
      #expect(Set(values).count == values.count && !values.isEmpty, "\(key)")
      #expect(Set(settings.map(\.changesResults)).count == 1, "\(key)")
    }
  }

  @Test("the keys that never change a result are those of the contract")
  func results() {
    let names = Set(Catalogue.settings.filter { !$0.changesResults }.map(\.key))
    #expect(
      names == [
        "preset", "experiment", "epochs", "data.path", "data.labels", "log_every",
        "checkpoint.every", "checkpoint.minutes", "checkpoint.keep_last", "checkpoint.keep_every",
        "checkpoint.when_busy",
        "checkpoint.best.metric", "checkpoint.best.direction", "checkpoint.best.keep",
        "samples.every", "samples.count", "evaluate.every", "evaluate.metrics",
      ])
    #expect(Catalogue.layer.allSatisfy { $0.changesResults })
    #expect(Catalogue.changesResults("data.range.1"))
    #expect(!Catalogue.changesResults("evaluate.metrics.0"))
    #expect(Catalogue.changesResults("generator.layers.3.norm.eps"))
  }

  @Test("every key is described, in a phrase without a full stop")
  func meanings() {
    #expect(Self.all.allSatisfy { !$0.meaning.isEmpty && !$0.meaning.hasSuffix(".") })
  }
}
