/// All that a backbone tells a head about one of its maps.
public struct FeatureMapSpecification: Hashable, Sendable {
  public var channels: Int
  /// Input pixels per cell.
  public var stride: Int

  public init(channels: Int, stride: Int) {
    self.channels = channels
    self.stride = stride
  }
}
