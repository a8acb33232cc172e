import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Ctrl-C and SIGTERM while a run trains: the first asks training to end after its step, a second ends
/// the process at once.
final class StopRequest: Sendable {
  private let signalNumber: Atomic<Int32>
  private let sources: [any DispatchSourceSignal]

  /// Listens from now on.
  ///
  /// - Parameter say: tells whoever pressed the key that it was heard.
  init(say: @escaping @Sendable (String) -> Void) {
    signalNumber = Atomic(0)
    let queue = DispatchQueue(label: "gan-runs.signals")
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM] {
      // The default action would end the process before the source sees the signal.
      signal(number, SIG_IGN)
      sources.append(DispatchSource.makeSignalSource(signal: number, queue: queue))
    }
    self.sources = sources
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [weak self] in
        guard let self else { return }
        let first = signalNumber.compareExchange(
          expected: 0, desired: number, ordering: .sequentiallyConsistent)
        guard first.exchanged else { _exit(128 + number) }
        say("stopping after this step; once more to stop at once without a checkpoint")
      }
      source.activate()
    }
  }

  deinit { for source in sources { source.cancel() } }

  /// Whether a signal came.
  var isMade: Bool { signalNumber.load(ordering: .relaxed) != 0 }

  /// The exit status that the signal asks for.
  var status: ProcessStatus {
    signalNumber.load(ordering: .relaxed) == SIGTERM ? .terminated : .interrupted
  }
}
