import RunModel

/// When each training was under way, one above the other where they were at the same time.
struct TimelineSVG {
  private struct Bar {
    var job: Job
    var start: Double
    var end: Double
    var lane = 0
  }

  private let bars: [Bar]
  private let lanes: Int
  /// Seconds that somebody worked.
  private let length: Double

  /// How many trainings are drawn at most.
  static let most = 4000

  /// A chart of trainings; those of points that repeat others took no time.
  init(_ jobs: [Job]) {
    let known = jobs.compactMap { job -> Bar? in
      let end = job.endedAt ?? job.startedAt
      guard job.startedAt < end else { return nil }
      return Bar(
        job: job, start: Double(job.startedAt.microseconds) / 1e6,
        end: Double(end.microseconds) / 1e6)
    }.sorted { ($0.start, $0.job.key.point) < ($1.start, $1.job.key.point) }.prefix(Self.most)
    // Pauses, with nobody at work, are left out: a sweep may be carried on after a month.
    var worked = 0.0
    var busyUntil = -Double.infinity
    var pause = 0.0
    var free: [Double] = []
    bars = known.map { bar in
      if bar.start > busyUntil { pause = bar.start - worked }
      var moved = bar
      (moved.start, moved.end) = (bar.start - pause, bar.end - pause)
      busyUntil = max(busyUntil, bar.end)
      worked = max(worked, moved.end)
      if let lane = free.firstIndex(where: { $0 <= moved.start }) {
        moved.lane = lane
        free[lane] = moved.end
      } else {
        moved.lane = free.count
        free.append(moved.end)
      }
      return moved
    }
    lanes = free.count
    length = worked
  }

  /// The figure; nothing while no training has ended.
  var figure: HTML {
    guard length > 0, lanes > 0 else { return HTML() }
    let lane = min(14, max(2, 190 / Double(lanes)))
    let frame = PlotFrame(left: 8, width: 454, height: lane * Double(lanes) + 4)
    let rectangles = bars.map { bar -> HTML in
      let x = frame.x(bar.start / length)
      let width = (bar.end - bar.start) / length * frame.width
      let look =
        bar.job.state == .diverged || bar.job.state == .failed
        ? "lost" : "rung-\(bar.job.key.rung % 6)"
      return """
        <rect class="bar \(look)" data-point="\(bar.job.key.point)" x="\(tenths(x))" \
        y="\(tenths(frame.top + 2 + Double(bar.lane) * lane))" width="\(tenths(max(width - 0.4, 0.3)))" \
        height="\(tenths(lane - 1))"/>

        """
    }
    return """
      <figure class="chart"><figcaption><b>Timeline</b> \(counted(bars.count, "training")), up to \
      \(lanes) at once, a colour a rung; pauses are left out</figcaption>
      <svg viewBox="0 0 470 \(tenths(frame.bottom + 24))" role="img" aria-label="When each training was \
      under way">
      \(rectangles)<path class="axis" d="M\(tenths(frame.left)) \(tenths(frame.bottom))h\(tenths(frame.width))"/>
      \(frame.label("0 s", at: 0))\(frame.label("time at work", at: 0.5))\
      \(frame.label(durationText(microseconds: Int64(min(length, 1e12) * 1e6)), at: 1))</svg></figure>

      """
  }
}
