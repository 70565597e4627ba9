/// What a training image shows, as a distribution over classes: one class, or two where images were mixed.
public struct ClassTarget: Sendable, Hashable {
  /// A class and its share.
  public struct Share: Sendable, Hashable {
    public var classIndex: Int
    /// In [0, 1]; all shares together are 1.
    public var weight: Float

    public init(classIndex: Int, weight: Float) {
      self.classIndex = classIndex
      self.weight = weight
    }
  }

  public var shares: [Share]

  public init(_ classIndex: Int) { shares = [Share(classIndex: classIndex, weight: 1)] }

  /// `weight` of the first target and the rest of the second, as mixed images have it.
  public init(mixing first: ClassTarget, weight: Float, with second: ClassTarget) {
    shares =
      first.shares.map { Share(classIndex: $0.classIndex, weight: $0.weight * weight) }
      + second.shares.map { Share(classIndex: $0.classIndex, weight: $0.weight * (1 - weight)) }
  }
}
