import Models

/// The head that says of every pixel which stuff it is, over the same pyramid as the regions: with it and masks the detector is a
/// Panoptic FPN (Kirillov et al. 2019, "Panoptic Feature Pyramid Networks").
public struct SemanticConfiguration: Codable, Sendable, Hashable {
  /// Whether the detector has the head.
  public var isPredicted = false
  /// Of its convolutions; 128 in the paper.
  public var channels = 96
  /// Factor on the loss.
  public var lossWeight = 0.5
  /// The classes of stuff, by which scores are ordered behind that of things. Empty: those of the training data.
  public var classes: [ModelFile.Label] = []

  public init() {}

  /// Scores of a pixel: one for all things together, and one for each class of stuff.
  var scoreCount: Int { 1 + classes.count }
}
