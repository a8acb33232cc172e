package import Configuration

extension SweepFile {
  /// What chooses the parameters of its points.
  ///
  /// - Throws: `ConfigurationError` where the sampler can't search the space.
  package func makeSampler() throws(ConfigurationError) -> any Sweeps.Sampler {
    do throws(SpaceError) {
      switch sampler {
      // A larger grid is taken as far as the file says, or as it is extended.
      case .grid: return try GridSampler(space, points: points == nil ? nil : GridSampler.most)
      case .random: return RandomSampler(space)
      case .sobol: return try SobolSampler(space)
      case .tpe(let startup): return TPESampler(space, startup: startup)
      }
    } catch { throw samplerError(error.description) }
  }

  /// How many points a grid has; `nil` of another sampler.
  package var gridSize: Int? {
    get throws(ConfigurationError) { (try makeSampler() as? GridSampler)?.count }
  }

  /// How many points it has: of a grid all, unless it says fewer.
  package var pointCount: Int {
    get throws(ConfigurationError) {
      guard let grid = try makeSampler() as? GridSampler else { return points ?? 0 }
      return min(points ?? grid.count, grid.count)
    }
  }
}
