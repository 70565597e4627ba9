/// A figure with the interval in which it lies for most of the sets that might have been drawn instead (Efron, "Bootstrap
/// methods: another look at the jackknife", 1979; the percentile method).
public struct BootstrapInterval: Hashable, Sendable, Codable {
  /// The figure for the set as it is.
  public var value: Double
  public var lower: Double
  public var upper: Double
  /// The share of resamples inside, 0.95 for instance.
  public var level: Double
  public var resamples: Int

  /// Between ranks the percentiles are interpolated.
  ///
  /// - Parameter values: the figure for each resample, at least one.
  public init(value: Double, resampled values: [Double], level: Double = 0.95) {
    precondition(!values.isEmpty, "an interval needs a resample")
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    let sorted = values.sorted()
    func percentile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
    self.value = value
    lower = percentile((1 - level) / 2)
    upper = percentile((1 + level) / 2)
    self.level = level
    resamples = values.count
  }
}
