import Configuration
package import RunModel

extension Trainer {
  /// Hands a copy of the state over to be stored, unless earlier ones keep the disk busy and the settings
  /// leave this one out.
  ///
  /// - Parameter isLast: whether training ends here.
  func save(
    isEpochEnd: Bool, isLast: Bool, into recorder: any RunRecorder, clock: () -> Timestamp
  ) throws {
    let start = seconds()
    let epoch = progress.epoch + (isEpochEnd ? 0 : 1)
    let policy = mustSave(isEpochEnd: isEpochEnd, isLast: isLast) ? .block : whenBusy
    switch try recorder.makeRoom(policy) {
    case .none: return try recordSkip(step: progress.step, epoch: epoch, recorder, clock)
    case .inPlaceOf(let step, let epoch): try recordSkip(step: step, epoch: epoch, recorder, clock)
    case .free: break
    }
    try recorder.save(
      snapshot(), step: progress.step, epoch: epoch, isEpochEnd: isEpochEnd,
      isReplaceable: policy == .latest)
    try recorder.record(
      StepMeasurement(
        step: progress.step, epoch: epoch, images: progress.images, time: clock(),
        values: ["checkpoint_stall_ms": (seconds() - start) * 1000]))
  }

  private var whenBusy: BusyPolicy { configuration.checkpoint.whenBusy }

  /// Whether a checkpoint is waited for whatever the settings: the last one, and those that stay for good.
  private func mustSave(isEpochEnd: Bool, isLast: Bool) -> Bool {
    let every = configuration.checkpoint.keepEvery
    return isLast || isEpochEnd && every > 0 && progress.epoch.isMultiple(of: every)
  }

  private func recordSkip(
    step: Int, epoch: Int, _ recorder: any RunRecorder, _ clock: () -> Timestamp
  ) throws {
    let now = clock()
    try recorder.record(
      line: "the checkpoint of step \(step) was left out: two earlier ones were not stored yet "
        + "(checkpoint.when_busy is \(whenBusy.rawValue))", at: now)
    // A point of 1 a checkpoint: their count is the metric's, and equal runs agree wherever both have one.
    try recorder.record(
      StepMeasurement(
        step: step, epoch: epoch, images: nil, time: now, values: ["checkpoint_skipped": 1]))
  }

  /// A copy of everything that training goes on from.
  package func snapshot() -> Snapshot {
    copying.snapshot(
      counters: progress.counters(under: configuration.schedule)
        .merging(sums.counters) { first, _ in first },
      clocks: ["epoch.seconds": sums.seconds])
  }
}
