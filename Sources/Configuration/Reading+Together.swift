import RunModel

extension Reading {
  /// Writes the default of `shards`: batch_size / 64 within 2…8, at most the discriminator's inputs.
  mutating func deriveShards() throws(ConfigurationError) {
    guard values["shards"] == nil else { return }
    let batch = try Values(self).integer("batch_size")
    fill("shards", .integer(Int64(min(max(2, min(8, batch / 64)), try mostShards()))))
  }

  /// Refuses settings that are possible alone and impossible together.
  func checkTogether() throws(ConfigurationError) {
    let checked = Values(self)
    let packing = try checked.integer("packing")
    for key in ["batch_size", "generator.batch_size"] where checked.has(key) {
      let batch = try checked.integer(key)
      guard batch % packing == 0 else {
        throw ConfigurationError(
          "packing \(packing) does not divide \(key) \(batch)",
          at: place(of: checked.has("packing") ? "packing" : key))
      }
      guard batch / packing % groupSize == 0 else {
        throw ConfigurationError(
          "minibatch_stddev groups of \(groupSize) do not divide the \(batch / packing) "
            + "discriminator inputs of \(key) \(batch); make it a multiple of "
            + "\(groupSize * packing)", at: place(of: key))
      }
    }
    try checkSimultaneousBatch(checked)
    let shards = try checked.integer("shards")
    let most = try mostShards()
    guard shards <= most else {
      throw ConfigurationError(
        "shards \(shards) is more than the \(most) "
          + (groupSize == 1 ? "discriminator inputs" : "groups of minibatch_stddev")
          + " of a batch",
        at: place(of: "shards"))
    }
    try checkJoinedBatchNorm(checked)
    if checked.has("data.range.0") {
      let range = try (checked.number("data.range.0"), checked.number("data.range.1"))
      guard range == (-1, 1) || range == (0, 1) else {
        throw ConfigurationError(
          "data.range must be [-1, 1] or [0, 1], not [\(range.0.shortestText), "
            + "\(range.1.shortestText)]", at: place(of: "data.range"))
      }
    }
    try checkPictures(checked)
  }

  /// What the two numbers of a picture folder may be within their ranges.
  private func checkPictures(_ checked: Values) throws(ConfigurationError) {
    guard try checked.text("data.kind") == "images" else { return }
    let size = try checked.integer("data.size")
    guard size % 4 == 0 else {
      throw ConfigurationError(
        "data.size must be a multiple of 4, such as 32 or 64, not \(size)",
        at: place(of: "data.size"))
    }
    guard try checked.integer("data.channels") != 2 else {
      throw ConfigurationError(
        "data.channels must be 1 (gray) or 3 (colour), not 2", at: place(of: "data.channels"))
    }
  }

  /// Joined, the fakes of a generator update are normalised beside as many real examples.
  private func checkJoinedBatchNorm(_ checked: Values) throws(ConfigurationError) {
    let key = "discriminator.batch_norm"
    guard try checked.text(key) == "joined" else { return }
    guard try checked.text("schedule.kind") != "epochs" else {
      throw ConfigurationError(
        "batch_norm joined needs real examples in each update, and a generator epoch of schedule "
          + "epochs draws none; use separate, or schedule steps", at: place(of: key))
    }
    let batch = try checked.integer("batch_size")
    guard
      !checked.has("generator.batch_size")
        || values["generator.batch_size"] == .integer(Int64(batch))
    else {
      throw ConfigurationError(
        "batch_norm joined needs as many fakes as real examples; drop generator.batch_size",
        at: place(of: key))
    }
  }

  /// Simultaneous, both networks learn from one batch of fakes.
  private func checkSimultaneousBatch(_ checked: Values) throws(ConfigurationError) {
    let key = "generator.batch_size"
    guard try checked.text("schedule.kind") == "simultaneous", checked.has(key) else { return }
    let (own, batch) = try (checked.integer(key), checked.integer("batch_size"))
    guard own == batch else {
      throw ConfigurationError(
        "\(key) \(own) differs from batch_size \(batch), and under schedule simultaneous both "
          + "networks learn from one batch; drop it", at: place(of: key))
    }
  }

  private func mostShards() throws(ConfigurationError) -> Int {
    let checked = Values(self)
    var smallest = try checked.integer("batch_size")
    if checked.has("generator.batch_size") {
      smallest = min(smallest, try checked.integer("generator.batch_size"))
    }
    return max(1, smallest / (try checked.integer("packing")) / groupSize)
  }

  /// Adjacent discriminator inputs that no shard's end may part: the least common multiple of all
  /// groups of minibatch_stddev; 1 without any.
  var groupSize: Int {
    let groups = values.filter {
      $0.key.hasPrefix("discriminator.layers.") && $0.key.hasSuffix(".minibatch_stddev")
    }
    return groups.values.reduce(1) { multiple, value in
      guard case .integer(let group) = value else { return multiple }
      // No batch is as large as the cap, so that it divides none.
      return min(leastCommonMultiple(multiple, Int(group)), 1 << 40)
    }
  }

  private func leastCommonMultiple(_ first: Int, _ second: Int) -> Int {
    var (divisor, rest) = (first, second)
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    return first / divisor * second
  }
}
