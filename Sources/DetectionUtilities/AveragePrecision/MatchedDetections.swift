/// The detections of a set, each with what became of it at every IoU threshold: matched once, so that the average precision
/// under any ``CountingRules`` is had without matching again.
///
/// That works because detections take objects by falling score: leaving weak ones out changes nothing for the others.
public struct MatchedDetections: Sendable {
  public let rules: MatchingRules
  public let iouThresholds: [Double]
  let classes: [MatchedClass]

  /// Ground truth and detections are in any order, as ``COCOEvaluator`` takes them; objects flagged as to be ignored are so
  /// treated as the rules say.
  ///
  /// - Parameters:
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - iouThresholds: at most 64.
  /// - Complexity: that of
  ///   ``COCOEvaluator/evaluate(groundTruth:detections:classCount:masks:truePositiveWeights:iteration:)``.
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int,
    rules: MatchingRules = MatchingRules(), iouThresholds: [Double] = COCOEvaluationSettings().iouThresholds
  ) {
    precondition(
      groundTruth.allSatisfy { 0..<classCount ~= $0.classIndex }
        && detections.allSatisfy { 0..<classCount ~= $0.classIndex }, "a class index outside of the class list")
    precondition(detections.count < Int32.max, "more detections than an evaluation can hold")
    self.rules = rules
    self.iouThresholds = iouThresholds
    let truth = rules.applied(to: groundTruth)
    let classCount = rules.isClassAgnostic ? min(classCount, 1) : classCount
    var found = detections
    if rules.isClassAgnostic { for index in found.indices { found[index].classIndex = 0 } }
    let ranks = DetectionRanks(found, classCount: classCount)
    classes =
      switch rules.assignment {
      case .bestOnly:
        Self.matchingBestOnly(truth, found, classCount: classCount, rules: rules, iouThresholds, ranks)
      case .bestFree:
        Self.matchingBestFree(truth, found, classCount: classCount, rules: rules, iouThresholds, ranks)
      }
  }

  /// As ``VOCEvaluator`` matches.
  private static func matchingBestOnly(
    _ truth: [EvaluationGroundTruth], _ detections: [EvaluationDetection], classCount: Int, rules: MatchingRules,
    _ iouThresholds: [Double], _ ranks: DetectionRanks
  ) -> [MatchedClass] {
    var classes = [MatchedClass](repeating: MatchedClass(), count: classCount)
    for object in truth where !object.isToBeIgnored { classes[object.classIndex].objectCount += 1 }
    let outcomes = VOCEvaluator(countsLastPixel: rules.countsLastPixel)
      .outcomes(groundTruth: truth, detections: detections, iouThresholds: iouThresholds)
    for (place, outcome) in outcomes.enumerated() {
      classes[detections[place].classIndex].entries.append(ranks.entry(of: detections[place], at: place, outcome))
    }
    for index in classes.indices { classes[index].sort() }
    return classes
  }

  /// As ``COCOEvaluator`` matches.
  private static func matchingBestFree(
    _ truth: [EvaluationGroundTruth], _ detections: [EvaluationDetection], classCount: Int, rules: MatchingRules,
    _ iouThresholds: [Double], _ ranks: DetectionRanks
  ) -> [MatchedClass] {
    let one = rules.countsLastPixel ? 1.0 : 0
    let boxes = detections.map { detection in
      var grown = detection
      grown.box = detection.box.grown(by: one)
      return grown
    }
    let objects = truth.map { object in
      var grown = object
      grown.box = object.box.grown(by: one)
      return grown
    }
    let settings = COCOEvaluationSettings(iouThresholds: iouThresholds, areaRanges: [.all], maximumDetections: [.max])
    let order = ClassOrder(groundTruth: objects, detections: boxes, classCount: classCount)
    return (0..<classCount).map { classIndex in
      let matches = order.matches(
        of: classIndex, groundTruth: objects, detections: boxes, thresholds: iouThresholds.indices, settings: settings)
      var matched = MatchedClass(objectCount: matches.objectCounts[0])
      matched.entries = zip(matches.places, matches.outcomes[0]).map { place, outcome in
        ranks.entry(of: detections[Int(place)], at: Int(place), outcome)
      }
      matched.sort()
      return matched
    }
  }
}
