import DetectionUtilities

/// What a YOLO grid head predicts: its levels, their anchors and how raw numbers become boxes.
///
/// The raw output of a level is [N, A·(5 + C), H, W] with A anchors and C classes; each anchor's channels are tx, ty,
/// tw, th, objectness logit, C class logits (Darknet's order).
public struct YOLOHeadConfiguration: Hashable, Sendable, Codable {
  /// Anchors of each level, pixels of the network's input, finest level first.
  ///
  /// The default are YOLOv3's nine for COCO at 416×416 (section 2.3); for another data set fit them with
  /// `KMeansAnchors`.
  public var anchors: [[AnchorSize]] = [
    [AnchorSize(width: 10, height: 13), AnchorSize(width: 16, height: 30), AnchorSize(width: 33, height: 23)],
    [AnchorSize(width: 30, height: 61), AnchorSize(width: 62, height: 45), AnchorSize(width: 59, height: 119)],
    [AnchorSize(width: 116, height: 90), AnchorSize(width: 156, height: 198), AnchorSize(width: 373, height: 326)],
  ]
  /// Input pixels per cell of each level. Default: 8, 16, 32.
  public var strides: [Int] = [8, 16, 32]
  /// Number of classes. Default: 80, COCO's; a data set brings its own.
  public var classCount = 80
  /// Default: squared, as in Scaled-YOLOv4 and YOLOv7: bounded sizes train stably from scratch.
  public var boxParameterisation = BoxParameterisation.squared
  /// s of each level: a cell reaches boxes whose centre is less than s/2 cells from its own, along each axis.
  ///
  /// Default: 2 (Scaled-YOLOv4, YOLOv7), so that the cells around an object's centre can all predict it. YOLOv3 has 1,
  /// YOLOv4 1.2, 1.1 and 1.05 (Darknet's `scale_x_y`).
  public var scaleXY: [Double] = [2, 2, 2]
  /// How class logits become probabilities. Default: independent.
  public var classProbability = ClassProbability.independent
  /// Whether each of the four numbers of a box is followed by the logit of its standard deviation (Gaussian YOLOv3, Choi
  /// et al. 2019, section 3.2), which lowers the scores: by the mean of the four. Of inference only.
  public var hasDeviations = false
  /// The probability that a new head gives to objectness and to each class. Default: 0.01 (RetinaNet, Lin et al. 2017,
  /// section 4.1; YOLOX does the same), so that the many empty cells do not swamp the first steps.
  public var priorProbability = 0.01

  public init() {}

  public var levelCount: Int { strides.count }

  /// Output channels of a level: A·(5 + C), with deviations A·(9 + C).
  public func outputChannels(level: Int) -> Int { anchors[level].count * ((hasDeviations ? 9 : 5) + classCount) }

  /// Biases for a new output convolution of a level [A·(5 + C)]: 0 for the box, the logit of the prior for the rest.
  ///
  /// With weights near 0 each cell then starts at its own centre with the size of its anchor.
  public func initialBiases(level: Int) -> [Float] {
    let logit = Float(Logistic.logit(priorProbability))
    let anchor = [Float](repeating: 0, count: 4) + [Float](repeating: logit, count: 1 + classCount)
    return anchors[level].flatMap { _ in anchor }
  }

  /// Throws what is wrong with a configuration that came from a file.
  public func validate() throws(YOLOConfigurationError) {
    let require = YOLOConfigurationError.require
    try require(!strides.isEmpty && strides.allSatisfy { $0 > 0 }, "strides", "one positive stride per level")
    try require(anchors.count == levelCount, "anchors", "one list per level, \(levelCount) as in strides")
    try require(scaleXY.count == levelCount, "scaleXY", "one number per level, \(levelCount) as in strides")
    try require(
      anchors.allSatisfy { level in
        !level.isEmpty && level.allSatisfy { $0.width > 0 && $0.height > 0 && $0.area.isFinite }
      }, "anchors", "at least one anchor per level, with a positive width and height")
    try require(scaleXY.allSatisfy { $0 >= 1 && $0.isFinite }, "scaleXY", "numbers of at least 1")
    try require(classCount > 0, "classCount", "at least one class")
    try require(priorProbability > 0 && priorProbability < 1, "priorProbability", "a number between 0 and 1")
  }
}

/// How the raw numbers tx, ty, tw, th of a cell become a box.
///
/// The centre is the same in both: bx = (s·σ(tx) − (s − 1)/2 + column)·stride, where s is the level's scaleXY, so that
/// a cell reaches s/2 cells from its own centre.
public enum BoxParameterisation: String, CaseIterable, Hashable, Sendable, Codable {
  /// bw = anchor·e^tw (YOLOv3, Redmon and Farhadi 2018, section 2.1). Reaches every size.
  case exponential
  /// bw = anchor·(2σ(tw))² (Scaled-YOLOv4, Wang et al. 2021; Darknet's `new_coords`). Up to four times the anchor, so
  /// that a wild raw value cannot blow up the loss.
  case squared
}

/// How a prediction's class logits become probabilities.
public enum ClassProbability: String, CaseIterable, Hashable, Sendable, Codable {
  /// σ(logit), each class on its own (YOLOv3, Redmon and Farhadi 2018, section 2.2).
  case independent
  /// Softmax: one class excludes the others (YOLOv2, Redmon and Farhadi 2017).
  case softmax
}
