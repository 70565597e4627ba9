/// Which measures say how alike two regions are; their sum counts (Uijlings et al. 2013, section 3.2, equation 6).
public struct RegionSimilarity: OptionSet, Hashable, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// What the colour histograms have in common (equation 1).
  public static let color = RegionSimilarity(rawValue: 1)
  /// What the texture histograms have in common (equation 3).
  public static let texture = RegionSimilarity(rawValue: 2)
  /// Small regions first (equation 4).
  public static let size = RegionSimilarity(rawValue: 4)
  /// Regions that fit into each other first (equation 5).
  public static let fill = RegionSimilarity(rawValue: 8)
}
