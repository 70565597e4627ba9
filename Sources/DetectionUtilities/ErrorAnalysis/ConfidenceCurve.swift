/// Precision, recall and F1 as the confidence threshold falls, one point for every score that occurs.
public struct ConfidenceCurve: Hashable, Sendable {
  /// Objects that were there to be found.
  public let objectCount: Int
  /// By falling confidence. Detections of equal score enter together, since no threshold tells them apart.
  public let points: [OperatingPoint]

  /// `scores` and `isTruePositive` are of equal length, in any order. Detections to be ignored are left out by the
  /// caller; those with a score of NaN reach no threshold and are left out here.
  ///
  /// - Complexity: O(n log n).
  public init(scores: [Double], isTruePositive: [Bool], objectCount: Int) {
    precondition(scores.count == isTruePositive.count, "as many outcomes as scores")
    precondition(objectCount >= 0, "a count is not negative")
    var points: [OperatingPoint] = []
    var point = OperatingPoint(confidence: .infinity, truePositives: 0, falsePositives: 0, falseNegatives: objectCount)
    for index in StableScoreOrder.descending(scores) where !scores[index].isNaN {
      if scores[index] != point.confidence && point.truePositives + point.falsePositives > 0 { points.append(point) }
      point.confidence = scores[index]
      if isTruePositive[index] {
        point.truePositives += 1
        point.falseNegatives -= 1
      } else {
        point.falsePositives += 1
      }
    }
    if point.truePositives + point.falsePositives > 0 { points.append(point) }
    self.points = points
    self.objectCount = objectCount
  }

  /// What happens when detections of at least this score are kept.
  ///
  /// - Complexity: O(log n).
  public func point(atConfidence confidence: Double) -> OperatingPoint {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].confidence >= confidence { low = middle + 1 } else { high = middle }
    }
    var point =
      low > 0
      ? points[low - 1]
      : OperatingPoint(confidence: confidence, truePositives: 0, falsePositives: 0, falseNegatives: objectCount)
    point.confidence = confidence
    return point
  }

  /// The point of the highest F1, of equals the one of the highest confidence; nil without detections or objects.
  public var best: OperatingPoint? {
    guard objectCount > 0 else { return nil }
    var best: (point: OperatingPoint, f1: Double)?
    for point in points {
      let f1 = point.f1 ?? 0
      if f1 > best?.f1 ?? -1 { best = (point, f1) }
    }
    return best?.point
  }
}
