/// A number that says how good a generator's samples are.
///
/// A function of the samples and the real examples alone: equal samples give the same bits, whatever
/// the run, the thread count or what was measured before.
package protocol QualityMeasure {
  /// Its name with its parameters in brackets: `modes[8]`, `swd[n=2048]`.
  var name: String { get }
  /// How many samples it looks at.
  var sampleCount: Int { get }

  /// The measure of some samples.
  ///
  /// - Parameter samples: `sampleCount` rows, each as large as an example, in the data's own range.
  /// - Returns: NaN where a sample is not finite or the number is not defined for these samples.
  func value(of samples: ArraySlice<Float>) -> Double
}
