/// How detections are read, beyond their path and dataset.
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
  /// Whether detections of classes that the dataset does not have are left out and counted, as pycocotools leaves them out,
  /// instead of refused.
  public var acceptsUnknownClasses: Bool
  /// Whether scores may lie outside of 0 to 1, as logits, percentages and negative numbers do. Their order is all that
  /// average precision needs.
  public var acceptsAnyScore: Bool
  /// Whether the pixels of detections are read, of COCO's files: every detection has to have a mask of its image's size.
  public var readsMasks: Bool

  public init(
    form: TextBoxForm? = nil, columns: DetectionColumns? = nil, classes: [String]? = nil,
    categoryIDs: CategoryNumbering? = nil, acceptsUnknownClasses: Bool = false, acceptsAnyScore: Bool = false,
    readsMasks: Bool = false
  ) {
    self.form = form
    self.columns = columns
    self.classes = classes
    self.categoryIDs = categoryIDs
    self.acceptsUnknownClasses = acceptsUnknownClasses
    self.acceptsAnyScore = acceptsAnyScore
    self.readsMasks = readsMasks
  }
}

/// What stands where in a line of a text file with detections. A class may have blanks in its name; a box is four numbers.
public enum DetectionColumns: String, Sendable, Hashable, Codable, CaseIterable {
  case classScoreBox = "class,score,box"
  /// What Ultralytics' `save_txt save_conf` writes.
  case classBoxScore = "class,box,score"
  /// The same while tracking: the number of the track is last.
  case classBoxScoreTrack = "class,box,score,track"

  /// Of the numbers behind the class.
  var numberCount: Int { self == .classBoxScoreTrack ? 6 : 5 }

  /// Place of the score among the numbers.
  var scorePlace: Int { self == .classScoreBox ? 0 : 4 }

  /// Place of the box's first number.
  var boxPlace: Int { self == .classScoreBox ? 1 : 0 }
}
