/// What a reader of detections is told beyond path and dataset.
public struct DetectionReadingOptions: Sendable, Hashable {
  /// How text files mean their boxes; where nil, the whole set has to tell.
  public var form: TextBoxForm?
  /// What stands where in the lines of text files; where nil, the whole set has to tell.
  public var columns: DetectionColumns?
  /// The classes by the detector's own index, where files give indices in another order than the dataset's.
  public var classes: [String]?
  /// What the category ids of COCO results are; where nil, the dataset's own, or what the whole file tells where the
  /// dataset has none.
  public var categoryIDs: CategoryNumbering?

  public init(
    form: TextBoxForm? = nil, columns: DetectionColumns? = nil, classes: [String]? = nil,
    categoryIDs: CategoryNumbering? = nil
  ) {
    self.form = form
    self.columns = columns
    self.classes = classes
    self.categoryIDs = categoryIDs
  }
}
