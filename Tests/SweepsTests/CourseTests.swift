import RunModel
import Sweeps
import Testing

/// A sweep of which the results are known, worked on by so many workers, each job as long as its epochs.
private struct Simulation {
  var course: Course
  /// Entries in the order in which they were begun.
  var begun: [String] = []
  private let losses: [Double?]
  private var clock = 0
  private var revision = 0
  private var working: [(end: Int, key: Job.Key, entry: Int)] = []

  init(_ rules: Rules, points: Int, epochs: Int, losses: [Double?]) {
    course = Course(rules, extents: [.init(firstEntry: 0, points: points, epochs: epochs)])
    self.losses = losses
  }

  mutating func extend(points: Int, epochs: Int) {
    course.take(
      extents: course.extents
        + [.init(firstEntry: course.entries.count, points: points, epochs: epochs)],
      trials: [], jobs: [])
  }

  /// - Parameter duration: how long a job lasts, of its place in the order of beginning.
  mutating func run(workers: Int, duration: (Int) -> Int = { _ in 1 }) {
    while true {
      while working.count < workers {
        var next: (point: Int, rung: Int, entry: Int)?
        if let missing = course.missingJob(where: { _, _ in true }) {
          next = (missing.key.point, missing.key.rung, missing.entry)
        } else if case .entry(let point, let rung) = course.decide() {
          next = (point, rung, course.entries.count)
        }
        guard let (point, rung, entry) = next else { break }
        let key = Job.Key(point: point, seed: 1, rung: rung)
        let trials = point == course.trials.count ? [Trial(number: point, parameters: [])] : []
        begun.append("\(point)@\(course.ladder[rung])")
        course.take(
          extents: course.extents, trials: trials, jobs: [job(key, entry, .running, nil)])
        working.append((clock + duration(begun.count), key, entry))
      }
      guard let next = working.indices.min(by: { working[$0].end < working[$1].end }) else {
        return
      }
      let ended = working.remove(at: next)
      clock = ended.end
      let loss = losses[ended.key.point]
      course.take(
        extents: course.extents, trials: [],
        jobs: [job(ended.key, ended.entry, loss == nil ? .diverged : .done, loss)])
    }
  }

  private mutating func job(
    _ key: Job.Key, _ entry: Int, _ state: Job.State, _ value: Double?
  ) -> Job {
    revision += 1
    return Job(
      key: key, entry: entry, epochs: course.ladder[key.rung], state: state, value: value,
      startedAt: Timestamp(microseconds: 0), revision: revision)
  }
}

@Suite("The course of a sweep")
struct CourseTests {
  private func rules(
    window: Int = 1, stopping: Stopping, budget: Int? = nil, minimizes: Bool = true
  ) -> Rules {
    Rules(
      window: window, seeds: 1, stopping: stopping, learnsFromResults: false, minimizes: minimizes,
      epochs: budget)
  }

  private static let losses = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.35, 0.1]

  @Test("promotes the best of every three, in the order of entry")
  func promotion() {
    var simulation = Simulation(
      rules(stopping: .halving(eta: 3, first: 1)), points: 9, epochs: 9, losses: Self.losses)
    simulation.run(workers: 1)
    #expect(
      simulation.begun.joined(separator: " ")
        == "0@1 1@1 2@1 1@3 3@1 3@3 4@1 5@1 5@3 5@9 6@1 7@1 8@1 8@3 8@9")
    #expect(simulation.course.cost == 29)
    #expect(simulation.course.best()?.number == 8)
  }

  @Test("promotes a whole rung at once where it is synchronous")
  func synchronous() {
    var simulation = Simulation(
      rules(stopping: .sync(eta: 3, first: 1)), points: 9, epochs: 9, losses: Self.losses)
    simulation.run(workers: 1)
    #expect(
      simulation.begun.joined(separator: " ")
        == "0@1 1@1 2@1 3@1 4@1 5@1 6@1 7@1 8@1 8@3 5@3 3@3 8@9")
    #expect(simulation.course.cost == 21)
  }

  @Test("costs what the order of its points lets it", arguments: [(true, 21), (false, 53)])
  func order(bestFirst: Bool, epochs: Int) {
    let losses = bestFirst ? Self.losses.sorted() : Self.losses.sorted(by: >)
    var simulation = Simulation(
      rules(stopping: .halving(eta: 3, first: 1)), points: 9, epochs: 9, losses: losses)
    simulation.run(workers: 1)
    #expect(simulation.course.cost == epochs)
  }

  @Test(
    "is the same for any number of workers and any lengths of jobs",
    arguments: [1, 2, 4, 16], [Stopping.halving(eta: 3, first: 1), .sync(eta: 2, first: 1)])
  func workers(window: Int, stopping: Stopping) {
    for seed in 0..<40 {
      var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
      func random() -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33)
      }
      let losses = (0..<24).map { _ in random() % 9 == 0 ? nil : Double(random() % 50) }
      var alone = Simulation(
        rules(window: window, stopping: stopping), points: 24, epochs: 9, losses: losses)
      alone.run(workers: 1)
      for workers in [2, 3, 7] {
        var crowd = Simulation(
          rules(window: window, stopping: stopping), points: 24, epochs: 9, losses: losses)
        crowd.run(workers: workers) { _ in 1 + random() % 20 }
        #expect(crowd.begun == alone.begun, "seed \(seed), \(workers) workers")
        #expect(crowd.course.entries.allSatisfy { $0.isAsDecided })
      }
    }
  }

  @Test("never promotes what diverged, and ranks it last")
  func divergence() {
    var simulation = Simulation(
      rules(stopping: .halving(eta: 2, first: 1)), points: 4, epochs: 4,
      losses: [nil, nil, 0.5, nil])
    simulation.run(workers: 1)
    #expect(simulation.begun == ["0@1", "1@1", "2@1", "2@2", "3@1"])
    #expect(simulation.course.best() == .init(number: 2, value: 0.5))
  }

  @Test("ranks the larger value first where it maximizes")
  func maximizing() {
    var simulation = Simulation(
      rules(stopping: .halving(eta: 3, first: 1), minimizes: false), points: 3, epochs: 3,
      losses: [1, 3, 2])
    simulation.run(workers: 1)
    #expect(simulation.begun == ["0@1", "1@1", "2@1", "1@3"])
    #expect(simulation.course.best() == .init(number: 1, value: 3))
  }

  @Test("ends before the entry that the budget has no epochs for")
  func budget() {
    var simulation = Simulation(
      rules(stopping: .halving(eta: 3, first: 1), budget: 7), points: 9, epochs: 9,
      losses: Self.losses)
    simulation.run(workers: 1)
    #expect(simulation.begun == ["0@1", "1@1", "2@1", "1@3", "3@1"])
  }

  @Test("goes on with more points where it left off, and promotes old ones")
  func morePoints() {
    var simulation = Simulation(
      rules(stopping: .halving(eta: 3, first: 1)), points: 3, epochs: 3, losses: Self.losses)
    simulation.run(workers: 1)
    simulation.extend(points: 9, epochs: 9)
    simulation.run(workers: 1)
    #expect(simulation.begun.prefix(4) == ["0@1", "1@1", "2@1", "1@3"])
    #expect(simulation.begun.contains("8@9"))
    #expect(simulation.course.entries.allSatisfy { $0.isAsDecided })
  }

  @Test("trains all that are complete further, where epochs grow and nothing is stopped early")
  func moreEpochs() {
    var simulation = Simulation(
      rules(stopping: .none), points: 3, epochs: 2, losses: [0.3, nil, 0.1])
    simulation.run(workers: 2)
    simulation.extend(points: 3, epochs: 5)
    simulation.run(workers: 2)
    #expect(simulation.begun == ["0@2", "1@2", "2@2", "0@5", "2@5"])
  }
}
