/// Every choice that a figure of average precision depends on, besides the IoU thresholds. The defaults are COCO's.
public struct AveragePrecisionRules: Hashable, Sendable, Codable {
  public var matching: MatchingRules
  public var counting: CountingRules

  public init(matching: MatchingRules = MatchingRules(), counting: CountingRules = CountingRules()) {
    self.matching = matching
    self.counting = counting
  }

  /// COCO's, as ``COCOEvaluator`` has them.
  public static let coco = AveragePrecisionRules()
  /// Pascal VOC's of 2007, as ``VOCEvaluator`` has them.
  public static let voc2007 = voc(.voc11Point)
  /// Pascal VOC's of 2010 and later.
  public static let voc2010 = voc(.allPoint)

  private static func voc(_ estimator: AveragePrecision) -> AveragePrecisionRules {
    AveragePrecisionRules(
      matching: MatchingRules(assignment: .bestOnly, countsLastPixel: true, difficult: .ignored),
      counting: CountingRules(estimator: estimator, maximumPerClass: nil))
  }
}

/// What decides which detections are right: how boxes are paired with objects, and with which. The defaults are COCO's.
public struct MatchingRules: Hashable, Sendable, Codable {
  /// Which object a detection may take.
  public enum Assignment: String, Hashable, Sendable, Codable {
    /// The one that it overlaps most of those that no better scored detection has taken (COCO).
    case bestFree
    /// The one that it overlaps most; where that is taken, the detection is wrong (Pascal VOC).
    case bestOnly
  }

  /// What becomes of objects of a special kind.
  public enum Treatment: String, Hashable, Sendable, Codable {
    /// They need not be found, and what finds them is neither right nor wrong.
    case ignored
    /// They are to be found like any other.
    case counted
    /// They are not in the ground truth, and what finds them is wrong.
    case leftOut
  }

  public var assignment: Assignment
  /// Whether a box from 3 to 5 is three pixels wide rather than two.
  public var countsLastPixel: Bool
  /// Of regions that hold many objects.
  public var crowds: Treatment
  /// Of objects flagged as to be ignored, Pascal VOC's `difficult`.
  public var difficult: Treatment
  /// Whether a detection may find an object of any class.
  public var isClassAgnostic: Bool

  public init(
    assignment: Assignment = .bestFree, countsLastPixel: Bool = false, crowds: Treatment = .ignored,
    difficult: Treatment = .counted, isClassAgnostic: Bool = false
  ) {
    self.assignment = assignment
    self.countsLastPixel = countsLastPixel
    self.crowds = crowds
    self.difficult = difficult
    self.isClassAgnostic = isClassAgnostic
  }

  /// The ground truth with the special objects as these rules have them, and of one class where classes do not matter.
  func applied(to groundTruth: [EvaluationGroundTruth]) -> [EvaluationGroundTruth] {
    groundTruth.compactMap { object in
      var object = object
      if object.isCrowd {
        if crowds == .leftOut { return nil }
        object.isCrowd = crowds == .ignored
      }
      if object.isIgnored && !object.isCrowd {
        if difficult == .leftOut { return nil }
        object.isIgnored = difficult == .ignored
      }
      if isClassAgnostic { object.classIndex = 0 }
      return object
    }
  }
}

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
