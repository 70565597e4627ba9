import DetectionUtilities

/// Everything that is known about how a detector does on a set, beyond its average precision.
public struct EvaluationAnalysis: Sendable, Codable {
  /// One class.
  public struct ClassAnalysis: Sendable, Hashable, Codable {
    public var name: String
    /// Objects to be found: crowds and ignored ones left out.
    public var objects: Int
    /// COCO's, nil without objects.
    public var averagePrecision: Double?
    public var averagePrecision50: Double?
    public var averagePrecision75: Double?
    /// At the confidence of the whole analysis.
    public var point: OperatingPointReport
    /// The confidence at which the class's own F1 is best; nil without objects or detections.
    public var best: OperatingPointReport?
    /// Log-average miss rate, nil without objects.
    public var missRate: Double?
    /// Precision at recall 0, 0.01, …, 1 and IoU 0.5; nil without objects.
    public var precision50: [Double]?
    /// The same at IoU 0.75.
    public var precision75: [Double]?

    enum CodingKeys: String, CodingKey {
      case name, objects, point, best
      case averagePrecision = "AP"
      case averagePrecision50 = "AP50"
      case averagePrecision75 = "AP75"
      case missRate = "log_average_miss_rate"
      case precision50 = "precision_at_recall_50"
      case precision75 = "precision_at_recall_75"
    }
  }

  /// One image and how much is wrong in it.
  public struct WorstImage: Sendable, Hashable, Codable {
    public var id: Int
    public var name: String
    public var falsePositives: Int
    public var missed: Int

    enum CodingKeys: String, CodingKey {
      case id, name, missed
      case falsePositives = "false_positives"
    }
  }

  public var settings: AnalysisSettings
  /// What every overlap is of where it is not of boxes; nil for boxes.
  public var maskIoUType: IoUType?
  public var images: Int
  public var summary: COCOSummary
  public var classes: [ClassAnalysis]
  /// All classes together, at the confidence of the analysis.
  public var point: OperatingPointReport
  /// All classes together, at confidence 0, 0.01, …, 1.
  public var points: [OperatingPointReport]
  /// All classes together, at the best F1; nil without objects or detections.
  public var best: OperatingPointReport?
  public var confusion: ConfusionReport
  public var errors: DetectionErrorReport
  public var calibration: CalibrationReport
  /// Mean over the classes with objects, nil without any.
  public var missRate: Double?
  public var intervals: BootstrapReport?
  /// Empty where the labels state no properties.
  public var attributes: [AttributeBreakdown]
  /// By falling number of errors.
  public var worstImages: [WorstImage]

  enum CodingKeys: String, CodingKey {
    case settings, images, summary, classes, point, points, best, confusion, errors, calibration, intervals, attributes
    case maskIoUType = "iou_type"
    case missRate = "log_average_miss_rate"
    case worstImages = "worst_images"
  }

  package var iouType: IoUType { maskIoUType ?? .bbox }
}
