/// The detections of one class that are right or wrong at one IoU threshold; those to be ignored are left out.
struct ClassOutcomes {
  /// In no particular order.
  var scores: [Double] = []
  var isTruePositive: [Bool] = []
  var objectCount = 0

  /// [classes].
  static func all(_ groups: EvaluationGroups, iouThreshold: Double) -> [ClassOutcomes] {
    var outcomes = groups.objectCounts.map { ClassOutcomes(objectCount: $0) }
    for (detection, outcome) in zip(groups.detections, groups.outcomes(iouThreshold: iouThreshold)) {
      switch outcome {
      case .ignored: continue
      case .truePositive: outcomes[detection.classIndex].isTruePositive.append(true)
      case .falsePositive: outcomes[detection.classIndex].isTruePositive.append(false)
      }
      outcomes[detection.classIndex].scores.append(detection.score)
    }
    return outcomes
  }
}
