import DetectionUtilities

/// The errors of a detector by type, as the `errors` section of a JSON report.
public struct DetectionErrorReport: Sendable, Hashable, Codable {
  public struct Effect: Sendable, Hashable, Codable {
    public var count: Int
    /// By how much the average precision rises, as a fraction.
    public var averagePrecisionGain: Double

    enum CodingKeys: String, CodingKey {
      case count
      case averagePrecisionGain = "dAP"
    }
  }

  public var foregroundIoU: Double
  public var backgroundIoU: Double
  /// The average precision by the error analysis's own rules; see `DetectionErrorAnalysis`.
  public var averagePrecision: Double?
  /// By type: `Cls`, `Loc`, `Both`, `Dupe`, `Bkg` and `Miss`.
  public var types: [String: Effect]
  public var falsePositiveGain: Double
  public var falseNegativeGain: Double

  enum CodingKeys: String, CodingKey {
    case foregroundIoU = "foreground_iou"
    case backgroundIoU = "background_iou"
    case averagePrecision = "AP"
    case types
    case falsePositiveGain = "FalsePos"
    case falseNegativeGain = "FalseNeg"
  }

  public init(_ analysis: DetectionErrorAnalysis) {
    foregroundIoU = analysis.foregroundIoU
    backgroundIoU = analysis.backgroundIoU
    averagePrecision = analysis.averagePrecision
    types = Dictionary(
      uniqueKeysWithValues: analysis.effects.map {
        ($0.type.rawValue, Effect(count: $0.count, averagePrecisionGain: $0.averagePrecisionGain))
      })
    falsePositiveGain = analysis.falsePositiveGain
    falseNegativeGain = analysis.falseNegativeGain
  }
}
