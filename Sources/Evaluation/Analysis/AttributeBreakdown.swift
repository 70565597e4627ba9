import DetectionUtilities
import ParallelWork

/// How well objects are found, by one of their measured properties: visible fraction, apparent size, light and the like.
///
/// Objects outside a bin need not be found there. Wrong detections count in every bin, since nobody knows the property of
/// what is not there; so that bins of few objects compare with those of many, precision is normalised (Hoiem,
/// Chodpathumwan and Dai, "Diagnosing error in object detectors", 2012, section 2.2).
public struct AttributeBreakdown: Sendable, Hashable, Codable {
  /// Objects whose property lies in `lower ..< upper`; the last bin holds its upper end as well.
  public struct Bin: Sendable, Hashable, Codable {
    public var lower: Double
    public var upper: Double
    public var objects: Int
    /// Normalised, mean over IoU 0.50 to 0.95; nil without objects.
    public var averagePrecision: Double?
    public var averagePrecision50: Double?
    /// Share of the objects found at an IoU of 0.5 by any detection, mean over the classes.
    public var recall50: Double?

    enum CodingKeys: String, CodingKey {
      case lower, upper, objects
      case averagePrecision = "AP"
      case averagePrecision50 = "AP50"
      case recall50 = "recall50"
    }
  }

  public var attribute: String
  public var bins: [Bin]

  /// Breakdowns by every property that some object has, in order of name.
  ///
  /// - Parameters:
  ///   - groundTruth: as the evaluator takes it, in the order of `attributes`.
  ///   - attributes: the properties of each object; empty for one without.
  ///   - masks: what overlaps are of; nil for the boxes.
  public static func all(
    groundTruth: [EvaluationGroundTruth], attributes: [[String: Double]], detections: [EvaluationDetection],
    classCount: Int, masks: EvaluationMasks? = nil
  ) -> [AttributeBreakdown] {
    Set(attributes.flatMap(\.keys)).sorted().map { name in
      AttributeBreakdown(
        name, groundTruth: groundTruth, values: attributes.map { $0[name] }, detections: detections,
        classCount: classCount, masks: masks)
    }
  }

  private init(
    _ name: String, groundTruth: [EvaluationGroundTruth], values: [Double?], detections: [EvaluationDetection],
    classCount: Int, masks: EvaluationMasks?
  ) {
    attribute = name
    var totals = [Double](repeating: 0, count: classCount)
    for (object, value) in zip(groundTruth, values) where value != nil && !object.isCrowd {
      totals[object.classIndex] += 1
    }
    let edges = Self.edges(of: name, values: values.compactMap(\.self))
    let evaluator = COCOEvaluator(
      settings: COCOEvaluationSettings(areaRanges: [.all], maximumDetections: [100]))
    bins = zip(edges, edges.dropFirst()).map { lower, upper in
      var counts = [Double](repeating: 0, count: classCount)
      var truth = groundTruth
      for (index, value) in values.enumerated() {
        let isInside = value.map { $0 >= lower && ($0 < upper || upper == edges[edges.count - 1] && $0 <= upper) }
        if isInside == true, !truth[index].isCrowd, !truth[index].isIgnored {
          counts[truth[index].classIndex] += 1
        } else {
          truth[index].isIgnored = true
        }
      }
      let evaluation = evaluator.evaluate(
        groundTruth: truth, detections: detections, classCount: classCount, masks: masks,
        truePositiveWeights: zip(totals, counts).map { $1 > 0 ? $0 / $1 : 1 }
      ) { ParallelLoop.run($0, $1) }
      return Bin(
        lower: lower, upper: upper, objects: Int(counts.reduce(0, +)),
        averagePrecision: evaluation.averagePrecision(),
        averagePrecision50: evaluation.averagePrecision(iouThreshold: 0.5),
        recall50: evaluation.averageRecall(iouThreshold: 0.5))
    }
  }

  /// Fixed ends for the properties of sample scenes, quarters of the objects for others.
  private static func edges(of name: String, values: [Double]) -> [Double] {
    switch name {
    case "visible_fraction": return [0, 0.25, 0.5, 0.75, 0.9, 1]
    case "truncation": return [0, 0.001, 0.25, 0.5, 1]
    case "light_level": return [0, 0.3, 0.5, 0.7, 1]
    case "apparent_size": return [0, 16, 24, 32, 64, max(128, values.max() ?? 0)]
    default:
      let sorted = values.sorted()
      let edges = (0...4).map { sorted[(sorted.count - 1) * $0 / 4] }
      // Equal quarters make one bin.
      return edges.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
  }
}
