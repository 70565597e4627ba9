import DetectionUtilities
import Foundation

/// The rules by which detections are evaluated. A figure means nothing without them: on one set of detections they differ by
/// several points of AP.
public struct EvaluationProtocol: Sendable, Hashable, Codable {
  public enum Rules: String, Sendable, Hashable, Codable, CaseIterable {
    /// COCO: AP sampled at 101 recalls, mean over IoU 0.50 to 0.95; crowd regions ignored.
    case coco
    /// Pascal VOC 2007: AP sampled at 11 recalls, one IoU, boxes one pixel larger, difficult objects ignored.
    case voc2007
    /// Pascal VOC 2010 and later: the exact area under the precision envelope, otherwise as 2007.
    case voc2010
  }

  public var rules: Rules
  /// Of COCO the list, of VOC one.
  public var iouThresholds: [Double]
  /// COCO's: how many of the best scored detections of an image and class count, rising. VOC counts all.
  public var maximumDetections: [Int]
  /// Whether objects flagged as difficult are to be found like any other. By COCO's rules they are, which do not know them.
  public var countsDifficult: Bool
  /// What overlaps are of: by COCO's rules masks too.
  public var iouType: IoUType

  /// - Parameters:
  ///   - iouThreshold: one threshold instead of the rules' own.
  ///   - countsDifficult: by Pascal VOC's rules too.
  public init(
    _ rules: Rules, iouThreshold: Double? = nil, maximumDetections: [Int] = [1, 10, 100], countsDifficult: Bool = false,
    iouType: IoUType = .bbox
  ) {
    precondition(!maximumDetections.isEmpty, "a maximum number of detections")
    precondition(rules == .coco || iouType == .bbox, "masks by COCO's rules alone")
    self.iouType = iouType
    self.rules = rules
    self.countsDifficult = countsDifficult || rules == .coco
    self.maximumDetections = maximumDetections.sorted()
    iouThresholds = iouThreshold.map { [$0] } ?? (rules == .coco ? COCOEvaluationSettings().iouThresholds : [0.5])
  }

  /// What overlaps are of is not in files from before there were masks.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    rules = try values.decode(Rules.self, forKey: .rules)
    iouThresholds = try values.decode([Double].self, forKey: .iouThresholds)
    maximumDetections = try values.decode([Int].self, forKey: .maximumDetections)
    countsDifficult = try values.decode(Bool.self, forKey: .countsDifficult)
    iouType = try values.decodeIfPresent(IoUType.self, forKey: .iouType) ?? .bbox
  }

  /// Why nothing can be measured by rules that came from a file; nil where it can.
  var problem: String? {
    if iouType.needsMasks { return "compare masks, which a share does not hold" }
    if iouThresholds.isEmpty || iouThresholds.count > 1000 || !iouThresholds.allSatisfy((0...1).contains) {
      return "have the IoU thresholds \(iouThresholds.prefix(5)); expected 1 to 1000 numbers from 0 to 1"
    }
    if maximumDetections.isEmpty || maximumDetections.count > 1000 || maximumDetections[0] < 1
      || maximumDetections != maximumDetections.sorted()
    {
      return "count at most \(maximumDetections.prefix(5)) detections; expected 1 to 1000 rising numbers from 1"
    }
    return nil
  }

  var cocoSettings: COCOEvaluationSettings {
    COCOEvaluationSettings(iouThresholds: iouThresholds, maximumDetections: maximumDetections)
  }

  /// Estimator, IoU, how many detections, and what is ignored, in one line for people.
  public var description: String {
    let thresholds: String
    if let first = iouThresholds.first, let last = iouThresholds.last, iouThresholds.count > 1 {
      let step = (last - first) / Double(iouThresholds.count - 1)
      thresholds = String(format: "%.2f:%.2f:%.2f", first, step, last)
    } else {
      thresholds = iouThresholds.map { String(format: "%g", $0) }.joined()
    }
    switch rules {
    case .coco:
      let most = maximumDetections[maximumDetections.count - 1]
      return "COCO protocol: 101-point interpolated AP, IoU \(thresholds)\(iouType.words), at most \(most) detections "
        + "an image and class, crowd regions ignored"
    case .voc2007, .voc2010:
      let (year, estimator) = rules == .voc2007 ? ("2007", "11-point interpolated AP") : ("2010", "all-point AP")
      return "VOC \(year) protocol: \(estimator), IoU \(thresholds) of boxes that include their last pixel, all "
        + "detections count, " + (countsDifficult ? "crowd objects ignored" : "difficult and crowd objects ignored")
    }
  }
}
