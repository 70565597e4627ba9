/// The settings of a ``YOLOLoss``. The defaults follow one recipe, YOLOX (Ge et al. 2021), whose parts depend on each
/// other, with the complete IoU as the box loss (as in YOLOv4 and YOLOv7).
public struct YOLOLossConfiguration: Hashable, Sendable, Codable {
  /// What the objectness of a positive learns.
  public enum ObjectnessTarget: String, CaseIterable, Hashable, Sendable, Codable {
    /// 1 (YOLOv3, YOLOX).
    case one
    /// The IoU of its box with the ground truth, as a constant (YOLOv7).
    case iou
  }

  /// What the sum of the objectness losses is divided by.
  public enum ObjectnessNormalisation: String, CaseIterable, Hashable, Sendable, Codable {
    /// The number of positives, but at least the number of images, so that a batch with few objects takes no giant
    /// step (YOLOX, which has at least 1).
    case positives
    /// The number of predictions of the level, times ``YOLOLossConfiguration/levelBalance`` (YOLOv7). The weights of
    /// the terms then need to be chosen anew: YOLOv7 has 0.05 for the box, 0.7 for objectness, 0.3 for classes.
    case levelMean
  }

  /// Weight of the mean 1 − CIoU of the positives. Default: 5 (YOLOX).
  public var boxWeight = 5.0
  /// Default: 1 (YOLOX).
  public var objectnessWeight = 1.0
  /// Weight of the class cross-entropy per positive. Default: 1 (YOLOX).
  public var classificationWeight = 1.0
  /// Default: one, together with ``scalesClassTargetByIoU`` (YOLOX): the score objectness·class then estimates the
  /// IoU, which is what average precision over several IoU thresholds ranks by.
  public var objectnessTarget = ObjectnessTarget.one
  /// Default: positives (YOLOX).
  public var objectnessNormalisation = ObjectnessNormalisation.positives
  /// Weight of each level where objectness is averaged per level; 1 for a level without an entry. Default: 4, 1, 0.4
  /// (YOLOv7).
  public var levelBalance: [Double] = [4, 1, 0.4]
  /// Whether the class target of a positive is its IoU instead of 1. Default: true (YOLOX).
  public var scalesClassTargetByIoU = true
  /// ε: class targets are 1 − ε/2 and ε/2 in place of 1 and 0. In [0, 1). Default: 0 (YOLOX, YOLOv7).
  public var labelSmoothing = 0.0
  /// Which predictions learn which object.
  public var assignment = TargetAssignerConfiguration()

  public init() {}

  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(YOLOConfigurationError) {
    let require = YOLOConfigurationError.require
    let weights = [
      ("boxWeight", boxWeight), ("objectnessWeight", objectnessWeight), ("classificationWeight", classificationWeight),
    ]
    for (key, weight) in weights { try require(weight >= 0 && weight.isFinite, key, "a number of at least 0") }
    try require(levelBalance.allSatisfy { $0 >= 0 && $0.isFinite }, "levelBalance", "numbers of at least 0")
    try require(labelSmoothing >= 0 && labelSmoothing < 1, "labelSmoothing", "a number of at least 0 and below 1")
    try assignment.validate()
  }
}
