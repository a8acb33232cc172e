import CKernels

extension Emission {
  /// Optimisers and averages, cut over lanes by whole blocks of elements.
  mutating func emitUpdates() {
    for (place, (update, segment)) in planner.graph.updates.enumerated() {
      let stage = planner.endings[segment].updates
      let sums = memory.norms[place]
      for lane in lanes {
        let cut = planner.sharding.cut(update.count, shard: lane, grain: Int(GR_SUM_BLOCK))
        guard !cut.isEmpty else { continue }
        add(call(update, cut, sums: sums), stage: stage, lane: lane)
      }
      guard let sums else { continue }
      var call = gr_call()
      call.kernel = gr_norm
      call.sums = sums
      call.columns = Int64(PlanMemory.blocks(update))
      add(call, stage: stage + 1, lane: 0)
    }
  }

  private func call(
    _ update: Update, _ cut: Range<Int>, sums: UnsafeMutablePointer<Double>?
  ) -> gr_call {
    let start = cut.lowerBound
    var call = gr_call()
    call.columns = Int64(cut.count)
    // The norm itself stands before the blocks' sums.
    call.sums = sums.map { $0 + 1 + start / Int(GR_SUM_BLOCK) }
    switch update {
    case .adam(
      let weights, let gradients, let m, let v, let stepSize, let rootCorrection, let beta1,
      let beta2, let epsilon, _):
      call.kernel = gr_adam
      call.out = weights.pointer + start
      call.second = m.pointer + start
      call.third = v.pointer + start
      call.a = UnsafePointer(gradients.pointer + start)
      call.scalars.0 = UnsafePointer(memory.hostScalars + stepSize.index)
      call.scalars.1 = UnsafePointer(memory.hostScalars + rootCorrection.index)
      (call.p, call.q, call.r) = (Float(beta1), Float(beta2), Float(epsilon))
      (call.s, call.t) = (Float(1 - beta1), Float(1 - beta2))
    case .sgd(let weights, let gradients, let momentumBuffer, let rate, let momentum, _):
      call.kernel = gr_sgd
      call.out = weights.pointer + start
      call.second = momentumBuffer.map { $0.pointer + start }
      call.a = UnsafePointer(gradients.pointer + start)
      call.scalars.0 = UnsafePointer(memory.hostScalars + rate.index)
      call.scalars.1 = UnsafePointer(memory.hostScalars + momentum.index)
    case .rmsprop(let weights, let gradients, let v, let rate, let decay, let epsilon, _):
      call.kernel = gr_rmsprop
      call.out = weights.pointer + start
      call.third = v.pointer + start
      call.a = UnsafePointer(gradients.pointer + start)
      call.scalars.0 = UnsafePointer(memory.hostScalars + rate.index)
      (call.q, call.r, call.t) = (Float(decay), Float(epsilon), Float(1 - decay))
    case .clip(let values, let limit):
      call.kernel = gr_clip
      call.out = values.pointer + start
      call.p = Float(limit)
    case .movingAverage(let values, let average, let decay):
      call.kernel = gr_average
      call.out = average.pointer + start
      call.a = UnsafePointer(values.pointer + start)
      call.scalars.0 = UnsafePointer(memory.hostScalars + decay.index)
    }
    return call
  }
}
