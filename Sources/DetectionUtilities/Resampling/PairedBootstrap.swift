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
