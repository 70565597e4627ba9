/// The settings of a ``TargetAssigner``. The defaults are YOLOX's SimOTA, with YOLOv7's way of choosing candidates
/// among anchors.
public struct TargetAssignerConfiguration: Hashable, Sendable, Codable {
  /// How ground truths get their predictions.
  public enum Strategy: String, CaseIterable, Hashable, Sendable, Codable {
    /// By how well the network predicts them so far: SimOTA (YOLOX, Ge et al. 2021, section 2.1).
    case dynamic
    /// By shape and place alone: every anchor whose sides fit, in the cell of the centre and its nearest horizontal and
    /// vertical neighbour (the candidate rule of YOLOv7, Wang et al. 2022).
    case fixed = "static"
  }

  /// Default: dynamic (YOLOX; YOLOv7 builds on it as well).
  public var strategy = Strategy.dynamic
  /// Dynamic: candidates are cells whose centre is less than so many cells from the object's centre, along each axis.
  ///
  /// Default: 2.5 (YOLOX). A cell that cannot place a box there, because it is scaleXY/2 cells or more away, is no
  /// candidate; with scaleXY 2 that leaves the four cells around the centre.
  public var centerRadius = 2.5
  /// Anchors are candidates if neither side is so many times longer or shorter than the object's; if none is, the one
  /// that comes nearest. Default: 4 (YOLOv7), which is also as far as the squared parameterisation stretches.
  public var maximumSideRatio = 4.0
  /// Dynamic: λ in cost = class cross-entropy + λ·(−log IoU). Default: 3 (YOLOX).
  public var iouCostWeight = 3.0
  /// Dynamic: an object gets as many predictions as the sum of its so many highest IoUs, at least one. Default: 10
  /// (YOLOX).
  public var topCandidates = 10
  /// An unassigned prediction whose IoU with an object of its image is above this is neither positive nor background
  /// (YOLOv3, section 2.1). 1 turns the rule off.
  ///
  /// Default: 1. Where several predictions learn each object, the others must learn to stay silent; YOLOX and YOLOv7
  /// have no such rule. With one prediction per object, as in YOLOv3, 0.7 is usual (Darknet, PP-YOLO).
  public var ignoreIoU = 1.0

  public init() {}

  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(YOLOConfigurationError) {
    let require = YOLOConfigurationError.require
    try require(centerRadius > 0, "centerRadius", "a positive number of cells")
    try require(maximumSideRatio >= 1, "maximumSideRatio", "a number of at least 1")
    try require(iouCostWeight >= 0 && iouCostWeight.isFinite, "iouCostWeight", "a number of at least 0")
    try require(topCandidates > 0, "topCandidates", "at least 1")
    try require(ignoreIoU > 0 && ignoreIoU <= 1, "ignoreIoU", "a number above 0 and at most 1, which turns it off")
  }
}
