import DetectionUtilities
import Foundation
import ParallelWork

/// How well detections agree with ground truth by the rules of one protocol.
public struct EvaluationResult: Sendable, Hashable {
  /// A figure under its usual name.
  public struct Metric: Sendable, Hashable {
    public var name: String
    /// In [0, 1]; nil where there is nothing to measure.
    public var value: Double?
  }

  /// Average precision of one class.
  public struct ClassResult: Sendable, Hashable {
    public var name: String
    /// Objects to be found: crowds left out, by VOC's rules difficult ones too.
    public var boxCount: Int
    public var detectionCount: Int
    /// By the protocol; nil without ground truth.
    public var averagePrecision: Double?
    /// At an IoU of 0.5, where the protocol has that.
    public var averagePrecision50: Double?
  }

  public var protocolRules: EvaluationProtocol
  /// Of COCO `AP`, `AP50` and the rest of the twelve, of VOC `mAP`.
  public var metrics: [Metric]
  public var classes: [ClassResult]
  /// Where the labels state properties of the objects, how well objects are found by each, by COCO's rules.
  public var attributes: [AttributeBreakdown] = []
  public var imageCount: Int
  /// Images without ground truth.
  public var emptyImageCount: Int
  /// The lowest score among the detections; nil without any.
  public var lowestScore: Double?
  /// What was not counted, and what makes figures low.
  public var remarks: EvaluationRemarks
  /// COCO's precision and recall in full; nil for VOC.
  public var coco: COCOEvaluation?

  public init(_ set: EvaluationSet, protocol rules: EvaluationProtocol) {
    protocolRules = rules
    imageCount = set.images.count
    emptyImageCount = set.images.count - Set(set.groundTruth.map(\.imageID)).count
    lowestScore = set.detections.lazy.map(\.score).min()
    remarks = EvaluationRemarks(set, protocol: rules)
    var counts = [(boxes: Int, detections: Int)](repeating: (0, 0), count: set.classes.count)
    for object in set.groundTruth where !object.isCrowd && !(object.isIgnored && !rules.countsDifficult) {
      counts[object.classIndex].boxes += 1
    }
    for detection in set.detections { counts[detection.classIndex].detections += 1 }
    let averages: [(Double?, Double?)]
    switch rules.rules {
    case .coco:
      let evaluation = Self.coco(set, rules)
      coco = evaluation
      metrics = Self.metrics(evaluation)
      averages = set.classes.indices.map {
        (
          evaluation.averagePrecision(classIndex: $0),
          evaluation.averagePrecision(iouThreshold: 0.5, classIndex: $0)
        )
      }
    case .voc2007, .voc2010:
      let estimator = rules.rules == .voc2007 ? AveragePrecision.voc11Point : .allPoint
      let curves = VOCEvaluator(iouThreshold: rules.iouThresholds[0])
        .curves(groundTruth: set.groundTruth(by: rules), detections: set.detections, classCount: set.classes.count)
      let values = curves.map(estimator.estimate)
      let known = values.compactMap(\.self)
      metrics = [Metric(name: "mAP", value: known.isEmpty ? nil : known.reduce(0, +) / Double(known.count))]
      averages = values.map { ($0, rules.iouThresholds[0] == 0.5 ? $0 : nil) }
    }
    classes = set.classes.indices.map { index in
      ClassResult(
        name: set.classes[index].name, boxCount: counts[index].boxes, detectionCount: counts[index].detections,
        averagePrecision: averages[index].0, averagePrecision50: averages[index].1)
    }
    if !set.attributes.isEmpty {
      attributes = AttributeBreakdown.all(
        groundTruth: set.groundTruth, attributes: set.attributes, detections: set.detections,
        classCount: set.classes.count, masks: set.regions(by: rules))
    }
  }

  /// A metric by name; nil where there is none of that name or nothing was to be measured.
  public subscript(name: String) -> Double? { metrics.first { $0.name == name }?.value }

  public var classesWithoutObjects: [String] { classes.filter { $0.boxCount == 0 }.map(\.name) }

  /// The protocol's first figure with its name and rules, such as `mAP 24.57 % (voc2010, IoU 0.3)`.
  public var headline: String {
    let value = metrics.first?.value.map { String(format: "%.2f %%", 100 * $0) } ?? "–"
    let thresholds = protocolRules.iouThresholds.map { String(format: "%g", $0) }.joined(separator: ", ")
    return "\(metrics.first?.name ?? "") \(value) (\(protocolRules.rules.rawValue), IoU \(thresholds))"
  }

  /// The protocol line that belongs to every figure.
  public var protocolLine: String {
    var line = protocolRules.description
    line += lowestScore.map { String(format: "; scores from %g", $0) } ?? "; no detections"
    line += "; \(imageCount) images, \(emptyImageCount) of them without ground truth"
    if remarks.imagesWithoutDetections > 0 { line += ", \(remarks.imagesWithoutDetections) without detections" }
    let missing = classesWithoutObjects
    switch missing.count {
    case 0: break
    case 1...5: line += "; classes without ground truth, left out of the mean: \(missing.joined(separator: ", "))"
    default: line += "; \(missing.count) of \(classes.count) classes without ground truth, left out of the mean"
    }
    return ([line] + remarks.sentences()).joined(separator: "; ")
  }

  private static func coco(_ set: EvaluationSet, _ rules: EvaluationProtocol) -> COCOEvaluation {
    COCOEvaluator(settings: rules.cocoSettings).evaluate(
      groundTruth: set.cocoGroundTruth, detections: set.detections, classCount: set.classes.count,
      masks: set.regions(by: rules)
    ) { ParallelLoop.run($0, $1) }
  }

  private static func metrics(_ evaluation: COCOEvaluation) -> [Metric] {
    let summary = evaluation.summary
    var metrics = [Metric(name: "AP", value: summary.averagePrecision)]
    for (threshold, name, value) in [
      (0.5, "AP50", summary.averagePrecision50), (0.75, "AP75", summary.averagePrecision75),
    ] where evaluation.settings.iouThresholds.contains(threshold) {
      metrics.append(Metric(name: name, value: value))
    }
    metrics += [
      Metric(name: "APsmall", value: summary.averagePrecisionSmall),
      Metric(name: "APmedium", value: summary.averagePrecisionMedium),
      Metric(name: "APlarge", value: summary.averagePrecisionLarge),
    ]
    for maximum in evaluation.settings.maximumDetections {
      metrics.append(Metric(name: "AR\(maximum)", value: evaluation.averageRecall(maximumDetections: maximum)))
    }
    return metrics + [
      Metric(name: "ARsmall", value: summary.averageRecallSmall),
      Metric(name: "ARmedium", value: summary.averageRecallMedium),
      Metric(name: "ARlarge", value: summary.averageRecallLarge),
    ]
  }
}
