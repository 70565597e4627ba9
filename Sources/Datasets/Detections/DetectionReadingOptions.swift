/// What a reader of detections is told beyond path and dataset.
public struct DetectionReadingOptions: Sendable, Hashable {
  /// How text files mean their boxes; where nil, ``DetectionBoxForm/relative`` if no number of any file is above 1,
  /// ``DetectionBoxForm/cornerSize`` otherwise.
  public var form: DetectionBoxForm?
  /// The classes by the detector's own index, where files give indices in another order than the dataset's.
  public var classes: [String]?

  public init(form: DetectionBoxForm? = nil, classes: [String]? = nil) {
    self.form = form
    self.classes = classes
  }
}
