import DetectionUtilities
import Foundation

/// An evaluation as JSON: COCO's twelve metrics under their usual names at full precision, and AP by class.
public struct EvaluationReport: Codable, Sendable {
  public struct ClassReport: Codable, Sendable {
    public var name: String
    public var boxes: Int
    public var averagePrecision: Double?
    public var averagePrecision50: Double?

    enum CodingKeys: String, CodingKey {
      case name, boxes
      case averagePrecision = "AP"
      case averagePrecision50 = "AP50"
    }
  }

  public var protocolName = "coco"
  /// Fractions; −1 where there is nothing to measure, as pycocotools has it.
  public var metrics: [String: Double]
  public var classes: [ClassReport]
  /// AP by properties of the objects, where the labels state them.
  public var attributes: [AttributeBreakdown]?
  public var images: Int

  enum CodingKeys: String, CodingKey {
    case protocolName = "protocol"
    case metrics, classes, attributes, images
  }

  static let metricNames = [
    "AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge", "AR1", "AR10", "AR100", "ARsmall", "ARmedium", "ARlarge",
  ]

  public init(_ evaluation: DetectorEvaluation) {
    metrics = Dictionary(uniqueKeysWithValues: zip(Self.metricNames, evaluation.summary.pycocotoolsValues))
    classes = evaluation.classes.map {
      ClassReport(
        name: $0.name, boxes: $0.boxCount, averagePrecision: $0.averagePrecision,
        averagePrecision50: $0.averagePrecision50)
    }
    attributes = evaluation.attributes.isEmpty ? nil : evaluation.attributes
    images = evaluation.groundTruth.images.count
  }

  /// Writes the report atomically.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
