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
  /// - Complexity: as ``COCOEvaluator/evaluate(groundTruth:detections:classCount:truePositiveWeights:iteration:)``.
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
    let images = NumberRanks(truth.lazy.map(\.imageID), found.lazy.map(\.imageID))
    let imageRanks = found.map { images.rank(of: $0.imageID) }
    let ranks = DetectionRanks(found, imageRanks: imageRanks, imageCount: images.count, classCount: classCount)
    switch rules.assignment {
    case .bestOnly:
      let evaluator = VOCEvaluator(countsLastPixel: rules.countsLastPixel)
      var classes = [MatchedClass](repeating: MatchedClass(), count: classCount)
      for object in truth where !object.isToBeIgnored { classes[object.classIndex].objectCount += 1 }
      let outcomes = evaluator.outcomes(groundTruth: truth, detections: found, iouThresholds: iouThresholds)
      for (place, outcome) in outcomes.enumerated() {
        classes[found[place].classIndex].entries.append(ranks.entry(of: found[place], at: place, outcome))
      }
      for index in classes.indices { classes[index].sort() }
      self.classes = classes
    case .bestFree:
      let one = rules.countsLastPixel ? 1.0 : 0
      let boxes = found.map { detection in
        var grown = detection
        grown.box = detection.box.grown(by: one)
        return grown
      }
      let objects = truth.map { object in
        var grown = object
        grown.box = object.box.grown(by: one)
        return grown
      }
      let settings = COCOEvaluationSettings(
        iouThresholds: iouThresholds, areaRanges: [.all], maximumDetections: [.max])
      let detectionOrder = BoxOrder(
        imageRanks: imageRanks, imageCount: images.count, classIndices: found.map { Int32($0.classIndex) },
        classCount: classCount)
      let truthRanks = objects.map { images.rank(of: $0.imageID) }
      let truthOrder = BoxOrder(
        imageRanks: truthRanks, imageCount: images.count, classIndices: objects.map { Int32($0.classIndex) },
        classCount: classCount)
      classes = (0..<classCount).map { classIndex in
        let places = truthOrder.of(classIndex)
        let matches = ClassMatches(
          truth: places.map { objects[Int($0)] }, truthRanks: places.map { truthRanks[Int($0)] },
          detections: detectionOrder.of(classIndex), of: boxes, detectionRanks: imageRanks,
          thresholds: iouThresholds.indices, settings: settings)
        var matched = MatchedClass(objectCount: matches.objectCounts[0])
        matched.entries = zip(matches.places, matches.outcomes[0]).map { place, outcome in
          ranks.entry(of: found[Int(place)], at: Int(place), outcome)
        }
        matched.sort()
        return matched
      }
    }
  }
}
