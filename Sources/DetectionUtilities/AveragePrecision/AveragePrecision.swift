/// How the area under a precision-recall curve is estimated. The estimators differ by several points of AP on the same
/// detections, so a figure means nothing without the name of its estimator.
public enum AveragePrecision: String, CaseIterable, Hashable, Sendable, Codable {
  /// The precision envelope sampled at recall 0, 0.01, …, 1 (COCO).
  case coco101
  /// The precision envelope sampled at recall 0, 0.1, …, 1 (Pascal VOC 2007), compared exactly: 3 of 10 objects reach 0.3.
  case voc11Point
  /// The same at the multiples of 0.1 that binary floating point has, of which the third, sixth and seventh lie above 0.3,
  /// 0.6 and 0.7: 3 of 10 objects do not reach the third. What numpy's `arange` and `linspace` give, and so many programs.
  case voc11PointRounded
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
    case .coco101: Self.mean(of: recall, envelope, at: Self.cocoRecalls)
    case .voc11Point: Self.mean(of: recall, envelope, at: Self.tenths)
    case .voc11PointRounded: Self.mean(of: recall, envelope, at: Self.roundedTenths)
    case .allPoint: Self.area(recall, envelope)
    case .trapezoid101: Self.trapezoids(recall, envelope, count: 101)
    }
  }

  /// pycocotools' thresholds, to the last bit.
  static let cocoRecalls = EvenlySpaced.values(from: 0, through: 1, count: 101)
  /// The doubles next to 0, 1/10, …, 1. A recall is the double next to a fraction of two counts, and rounding keeps order:
  /// it reaches one of these exactly where the fraction reaches the tenth, 10 · found ≥ k · objects.
  private static let tenths = (0...10).map { Double($0) / 10 }
  private static let roundedTenths = EvenlySpaced.values(from: 0, through: 1, count: 11)

  private static func mean(of recall: [Double], _ envelope: [Double], at thresholds: [Double]) -> Double {
    sampled(recall, envelope, at: thresholds).reduce(0, +) / Double(thresholds.count)
  }

  /// For rising recalls the envelope at the first point that reaches each; 0 where none does.
  static func sampled(_ recall: [Double], _ envelope: [Double], at thresholds: [Double]) -> [Double] {
    var point = 0
    return thresholds.map { threshold in
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
