/// How the area under a precision-recall curve is estimated. The estimators differ by several points of AP on the same
/// detections, so a figure means nothing without the name of its estimator.
public enum AveragePrecision: String, CaseIterable, Hashable, Sendable, Codable {
  /// The precision envelope sampled at recall 0, 0.01, …, 1 (COCO).
  case coco101
  /// The precision envelope sampled at recall 0, 0.1, …, 1 (Pascal VOC 2007).
  case voc11Point
  /// The exact area under the precision envelope (Pascal VOC 2010 and later).
  case allPoint
  /// The trapezoids between recall 0, 0.01, …, 1 under the envelope's points joined by lines, from precision 1 at recall 0
  /// to precision 0 at recall 1 (several trainers of YOLO). The last trapezoid is a triangle: perfect detections reach
  /// 0.995.
  case trapezoid101

  /// Average precision in [0, 1], or nil where there is no ground truth.
  public func estimate(_ curve: PrecisionRecallCurve) -> Double? {
    guard curve.groundTruthCount > 0 else { return nil }
    return estimate(recall: curve.recall, envelope: curve.precisionEnvelope)
  }

  /// The same from points of the envelope by rising recall.
  func estimate(recall: [Double], envelope: [Double]) -> Double {
    switch self {
    case .coco101: Self.sampled(recall, envelope, count: 101).reduce(0, +) / 101
    case .voc11Point: Self.sampled(recall, envelope, count: 11).reduce(0, +) / 11
    case .allPoint: Self.area(recall, envelope)
    case .trapezoid101: Self.trapezoids(recall, envelope, count: 101)
    }
  }

  /// For `count` evenly spaced recalls the envelope at the first point that reaches each; 0 where none does.
  static func sampled(_ recall: [Double], _ envelope: [Double], count: Int) -> [Double] {
    var point = 0
    return EvenlySpaced.values(from: 0, through: 1, count: count).map { threshold in
      while point < recall.count && recall[point] < threshold { point += 1 }
      return point < recall.count ? envelope[point] : 0
    }
  }

  private static func area(_ recall: [Double], _ envelope: [Double]) -> Double {
    var area = 0.0
    var previousRecall = 0.0
    for (recall, precision) in zip(recall, envelope) {
      area += (recall - previousRecall) * precision
      previousRecall = recall
    }
    return area
  }

  /// Of several points at one recall the last counts, as numpy's `interp` has it.
  private static func trapezoids(_ recall: [Double], _ envelope: [Double], count: Int) -> Double {
    if recall.isEmpty { return 0 }
    let (recall, precision) = ([0] + recall + [1], [1] + envelope + [0])
    var point = 0
    let heights = EvenlySpaced.values(from: 0, through: 1, count: count).map { threshold in
      while point + 1 < recall.count && recall[point + 1] <= threshold { point += 1 }
      guard point + 1 < recall.count else { return precision[point] }
      let slope = (precision[point + 1] - precision[point]) / (recall[point + 1] - recall[point])
      return slope * (threshold - recall[point]) + precision[point]
    }
    return zip(heights, heights.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(count - 1)
  }
}
