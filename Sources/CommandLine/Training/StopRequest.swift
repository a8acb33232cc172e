import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Ctrl-C and SIGTERM while a run is recorded: the first asks for its end, as training ends after its step; a
/// second ends the process at once.
final class StopRequest {
  /// The first signal that came, 0 before, and when.
  private final class Heard: Sendable {
    let number = Atomic<Int32>(0)
    let at = Atomic<Double>(0)
  }

  /// Seconds in which a second signal is the first one's echo: `timeout` and some shells signal the
  /// process and its group at once, which nobody means as a second Ctrl-C.
  private static let echo = 0.1
  /// The same of SIGTERM.
  ///
  /// A scheduler sends it to a script and its children, and the script's trap passes it on once more, a
  /// moment later. Nobody presses a key for it, and who wants more has SIGKILL.
  private static let terminationEcho = 5.0

  private let heard = Heard()
  private let sources: [any DispatchSourceSignal]
  /// What this thread took before.
  private var maskBefore = sigset_t()

  /// Listens from now on.
  ///
  /// - Parameters:
  ///   - answer: what whoever pressed the key is told.
  ///   - say: tells it.
  init(
    answer: String = "stopping after this step; once more to stop at once without a checkpoint",
    say: @escaping @Sendable (String) -> Void
  ) {
    let queue = DispatchQueue(label: "gan-runs.signals")
    sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the process before the source sees the signal.
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [heard] in
        let first = heard.number.compareExchange(
          expected: 0, desired: number, ordering: .sequentiallyConsistent)
        guard first.exchanged else {
          let echo = number == SIGTERM ? Self.terminationEcho : Self.echo
          if monotonicSeconds() - heard.at.load(ordering: .relaxed) < echo { return }
          _exit(128 + number)
        }
        heard.at.store(monotonicSeconds(), ordering: .relaxed)
        say(answer)
      }
      source.activate()
    }
    // libdispatch's handler runs on whichever thread takes the signal. Not on the one that trains: oneDNN's
    // AVX-512 code does not survive that (of 40 trainings that were told to stop, 14 died of a torn heap).
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM] { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, &maskBefore)
  }

  deinit {
    for source in sources { source.cancel() }
    pthread_sigmask(SIG_SETMASK, &maskBefore, nil)
  }

  /// Whether a signal came.
  var isMade: Bool { heard.number.load(ordering: .relaxed) != 0 }

  /// The exit status that the signal asks for.
  var status: ProcessStatus {
    heard.number.load(ordering: .relaxed) == SIGTERM ? .terminated : .interrupted
  }
}
