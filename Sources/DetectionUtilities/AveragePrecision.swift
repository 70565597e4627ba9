/// How the area under a precision-recall curve is estimated. The estimators differ by several points of AP on the same
/// detections, so a figure means nothing without the name of its estimator.
public enum AveragePrecision: String, CaseIterable, Hashable, Sendable, Codable {
  /// The precision envelope sampled at recall 0, 0.01, …, 1 (COCO).
  case coco101
  /// The precision envelope sampled at recall 0, 0.1, …, 1 (Pascal VOC 2007).
  case voc11Point
  /// The exact area under the precision envelope (Pascal VOC 2010 and later).
  case allPoint

  /// Average precision in [0, 1], or nil where there is no ground truth.
  public func estimate(_ curve: PrecisionRecallCurve) -> Double? {
    guard curve.groundTruthCount > 0 else { return nil }
    let envelope = curve.precisionEnvelope
    switch self {
    case .coco101: return Self.sampledMean(curve.recall, envelope, steps: 100)
    case .voc11Point: return Self.sampledMean(curve.recall, envelope, steps: 10)
    case .allPoint:
      var area = 0.0
      var previousRecall = 0.0
      for (recall, precision) in zip(curve.recall, envelope) {
        area += (recall - previousRecall) * precision
        previousRecall = recall
      }
      return area
    }
  }

  /// Mean over recall 0, 1/steps, …, 1 of the envelope at the first point that reaches the recall; 0 where none does.
  private static func sampledMean(_ recall: [Double], _ envelope: [Double], steps: Int) -> Double {
    var sum = 0.0
    var point = 0
    for threshold in EvenlySpaced.values(from: 0, through: 1, count: steps + 1) {
      while point < recall.count && recall[point] < threshold { point += 1 }
      if point < recall.count { sum += envelope[point] }
    }
    return sum / Double(steps + 1)
  }
}
