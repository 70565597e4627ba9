/// What an anchor or a proposal is to learn.
@frozen
public enum AnchorMatch: Hashable, Sendable {
  /// The object with this index in the image's ground truth.
  case matched(groundTruth: Int)
  /// That there is no object.
  case background
  /// Nothing: the overlap is too high for background and too low for an object.
  case ignored
}
