import DetectionUtilities

/// An operating point with its ratios, as it goes to a file.
public struct OperatingPointReport: Sendable, Hashable, Codable {
  public var confidence: Double
  public var truePositives: Int
  public var falsePositives: Int
  public var falseNegatives: Int
  /// Nil without detections.
  public var precision: Double?
  /// Nil without objects.
  public var recall: Double?
  /// Nil with neither.
  public var f1: Double?

  enum CodingKeys: String, CodingKey {
    case confidence, precision, recall
    case truePositives = "true_positives"
    case falsePositives = "false_positives"
    case falseNegatives = "false_negatives"
    case f1 = "F1"
  }

  public init(_ point: OperatingPoint) {
    confidence = point.confidence
    truePositives = point.truePositives
    falsePositives = point.falsePositives
    falseNegatives = point.falseNegatives
    precision = point.precision
    recall = point.recall
    f1 = point.f1
  }
}
