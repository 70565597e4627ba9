/// The twelve numbers of the COCO challenge, each in [0, 1]; nil where there was nothing to average.
public struct COCOSummary: Hashable, Sendable, Codable {
  /// Mean over the IoU thresholds 0.5, 0.55, …, 0.95.
  public var averagePrecision: Double?
  /// At an IoU of 0.5.
  public var averagePrecision50: Double?
  /// At an IoU of 0.75.
  public var averagePrecision75: Double?
  /// Objects up to 32² pixels.
  public var averagePrecisionSmall: Double?
  /// Objects from 32² to 96² pixels.
  public var averagePrecisionMedium: Double?
  /// Objects from 96² pixels.
  public var averagePrecisionLarge: Double?
  /// With one detection per image and class (the first of the settings' maxima).
  public var averageRecall1: Double?
  /// With ten (the second).
  public var averageRecall10: Double?
  /// With a hundred (the third).
  public var averageRecall100: Double?
  public var averageRecallSmall: Double?
  public var averageRecallMedium: Double?
  public var averageRecallLarge: Double?

  /// [12] in pycocotools' order and with its -1 for nil.
  public var pycocotoolsValues: [Double] {
    [
      averagePrecision, averagePrecision50, averagePrecision75, averagePrecisionSmall, averagePrecisionMedium,
      averagePrecisionLarge, averageRecall1, averageRecall10, averageRecall100, averageRecallSmall,
      averageRecallMedium, averageRecallLarge,
    ].map { $0 ?? -1 }
  }
}
