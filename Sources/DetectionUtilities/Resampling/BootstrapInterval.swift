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

/// Two detectors on the same resampled images: how far apart they are, and how sure that is.
public struct PairedBootstrap: Hashable, Sendable, Codable {
  /// The first detector's figure less the second's.
  public var difference: BootstrapInterval
  /// The share of resamples in which the first is better; where they are equal, half.
  public var shareFirstBetter: Double

  /// - Parameters:
  ///   - first: the first detector's figure for the set as it is, and for each resample.
  ///   - second: the second detector's, for the same resamples in the same order.
  public init(
    first: (value: Double, resampled: [Double]), second: (value: Double, resampled: [Double]), level: Double = 0.95
  ) {
    precondition(first.resampled.count == second.resampled.count, "both detectors need the same resamples")
    let differences = zip(first.resampled, second.resampled).map { $0 - $1 }
    difference = BootstrapInterval(value: first.value - second.value, resampled: differences, level: level)
    shareFirstBetter =
      differences.reduce(0) { $0 + ($1 > 0 ? 1 : $1 == 0 ? 0.5 : 0) } / Double(differences.count)
  }
}
