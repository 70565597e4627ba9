/// Which batch of a training run, and how strongly it is varied.
public struct BatchRequest: Hashable, Sendable {
  /// From 0.
  public var epoch: Int
  /// Within the epoch, from 0.
  public var index: Int
  /// Whether mosaics are allowed; the last epochs of a run often go without.
  public var mosaic: Bool
  /// From 0, no variation but flips and turns, to 1.
  public var strength: Double

  public init(epoch: Int, index: Int, mosaic: Bool = true, strength: Double = 1) {
    self.epoch = epoch
    self.index = index
    self.mosaic = mosaic
    self.strength = strength
  }
}
