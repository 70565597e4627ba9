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
