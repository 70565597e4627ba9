import Datasets
import DetectionUtilities
import Evaluation
import Files
import Foundation

/// An evaluation as JSON: the protocol's metrics under their usual names at full precision, and AP by class.
public struct EvaluationReport: Codable, Sendable {
  public struct ClassReport: Codable, Sendable {
    public var name: String
    public var boxes: Int
    public var detections: Int
    public var averagePrecision: Double?
    public var averagePrecision50: Double?

    enum CodingKeys: String, CodingKey {
      case name, boxes, detections
      case averagePrecision = "AP"
      case averagePrecision50 = "AP50"
    }
  }

  /// `coco`, `voc2007` or `voc2010`.
  public var protocolName: String
  /// Estimator, IoU list and the rest, in words.
  public var protocolLine: String
  public var iouThresholds: [Double]
  /// Fractions; −1 where there is nothing to measure, as pycocotools has it. Of VOC `mAP` and, by class, `AP/NAME`.
  public var metrics: [String: Double]
  public var classes: [ClassReport]
  /// AP by properties of the objects, where the labels state them.
  public var attributes: [AttributeBreakdown]?
  public var images: Int
  /// Images without ground truth.
  public var emptyImages: Int
  /// What was not counted, and what makes figures low.
  public var remarks: EvaluationRemarks?
  /// Error types, operating points, confusion, calibration and intervals, where they were asked for.
  public var analysis: EvaluationAnalysis?

  enum CodingKeys: String, CodingKey {
    case protocolName = "protocol"
    case protocolLine, iouThresholds, metrics, classes, attributes, images, emptyImages, remarks, analysis
  }

  public init(_ result: EvaluationResult, analysis: EvaluationAnalysis? = nil) {
    self.analysis = analysis
    protocolName = result.protocolRules.rules.rawValue
    protocolLine = result.protocolLine
    iouThresholds = result.protocolRules.iouThresholds
    metrics = Dictionary(result.metrics.map { ($0.name, $0.value ?? -1) }) { first, _ in first }
    if result.coco == nil {
      for label in result.classes { metrics["AP/\(label.name)"] = label.averagePrecision ?? -1 }
    }
    classes = result.classes.map {
      ClassReport(
        name: $0.name, boxes: $0.boxCount, detections: $0.detectionCount, averagePrecision: $0.averagePrecision,
        averagePrecision50: $0.averagePrecision50)
    }
    attributes = result.attributes.isEmpty ? nil : result.attributes
    images = result.imageCount
    emptyImages = result.emptyImageCount
    remarks = result.remarks
  }

  /// - Throws: `DatasetError` for a file that is no report.
  public static func read(from path: String) throws -> EvaluationReport {
    do {
      return try JSONDecoder().decode(EvaluationReport.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch is DecodingError {
      throw DatasetError(path: path, problem: "expected metrics as evaluate writes them with --json")
    }
  }

  /// Writes the report atomically.
  public func write(to path: String) throws {
    try OutputFile.writeJSON(self, to: path, formatting: .prettyPrinted)
  }
}
