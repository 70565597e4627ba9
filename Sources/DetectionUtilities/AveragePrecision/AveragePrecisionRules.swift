/// Every choice that a figure of average precision depends on, besides the IoU thresholds. The defaults are COCO's.
public struct AveragePrecisionRules: Hashable, Sendable, Codable {
  public var matching: MatchingRules
  public var counting: CountingRules

  public init(matching: MatchingRules = MatchingRules(), counting: CountingRules = CountingRules()) {
    self.matching = matching
    self.counting = counting
  }

  /// COCO's, as ``COCOEvaluator`` has them.
  public static let coco = AveragePrecisionRules()
  /// Pascal VOC's of 2007, as ``VOCEvaluator`` has them.
  public static let voc2007 = voc(.voc11Point)
  /// Pascal VOC's of 2010 and later.
  public static let voc2010 = voc(.allPoint)

  private static func voc(_ estimator: AveragePrecision) -> AveragePrecisionRules {
    AveragePrecisionRules(
      matching: MatchingRules(assignment: .bestOnly, countsLastPixel: true, difficult: .ignored),
      counting: CountingRules(estimator: estimator, maximumPerClass: nil))
  }
}
