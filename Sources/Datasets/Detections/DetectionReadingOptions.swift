/// What a reader of detections is told beyond path and dataset.
public struct DetectionReadingOptions: Sendable, Hashable {
  /// How text files mean their boxes; where nil, ``DetectionBoxForm/relative`` if no number of any file is above 1,
  /// ``DetectionBoxForm/cornerSize`` otherwise.
  public var form: DetectionBoxForm?
  /// The classes by the detector's own index, where files give indices in another order than the dataset's.
  public var classes: [String]?
  /// Whether detections of classes that the dataset does not have are left out and counted, as pycocotools leaves them out,
  /// instead of refused.
  public var acceptsUnknownClasses: Bool
  /// Whether scores may lie outside of 0 to 1, as logits, percentages and negative numbers do. Their order is all that
  /// average precision needs.
  public var acceptsAnyScore: Bool

  public init(
    form: DetectionBoxForm? = nil, classes: [String]? = nil, acceptsUnknownClasses: Bool = false,
    acceptsAnyScore: Bool = false
  ) {
    self.form = form
    self.classes = classes
    self.acceptsUnknownClasses = acceptsUnknownClasses
    self.acceptsAnyScore = acceptsAnyScore
  }
}
