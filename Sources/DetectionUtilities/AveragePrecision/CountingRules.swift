/// What becomes of right and wrong detections: which of them count, and how a figure is made of them. The defaults are
/// COCO's.
public struct CountingRules: Hashable, Sendable, Codable {
  /// What comes first where detections of a class have equal scores.
  public enum TieOrder: String, Hashable, Sendable, Codable {
    /// The order given, which says nothing about the detector.
    case asGiven
    /// The highest figure that an order can give, with objects paired as before.
    case rightFirst
    /// The lowest.
    case wrongFirst
  }

  /// What a class without an object counts in the mean.
  public enum EmptyClass: String, Hashable, Sendable, Codable {
    case leftOut
    case zero
  }

  public var estimator: AveragePrecision
  /// Detections below this score do not count; nil where all do.
  public var lowestScore: Double?
  /// How many of the best scored detections of an image and class count; nil for all.
  public var maximumPerClass: Int?
  /// How many of the best scored detections of an image count, of all classes together; nil for all.
  public var maximumPerImage: Int?
  public var ties: TieOrder
  public var emptyClasses: EmptyClass

  public init(
    estimator: AveragePrecision = .coco101, lowestScore: Double? = nil, maximumPerClass: Int? = 100,
    maximumPerImage: Int? = nil, ties: TieOrder = .asGiven, emptyClasses: EmptyClass = .leftOut
  ) {
    self.estimator = estimator
    self.lowestScore = lowestScore
    self.maximumPerClass = maximumPerClass
    self.maximumPerImage = maximumPerImage
    self.ties = ties
    self.emptyClasses = emptyClasses
  }
}
