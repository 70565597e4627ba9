import Datasets
import DetectionUtilities
import Models

/// What takes part in a comparison: a detector to be run, or detections that some program wrote.
public struct ComparisonCandidate {
  public enum Source {
    /// - Parameters:
    ///   - sizesVary: whether every image has an input size of its own, for which the network may have to be compiled.
    case detector(any Detector, cost: ComparedDetector.Cost, sizesVary: Bool)
    /// Class indices are places in the labelled set's list.
    ///
    /// - Parameters:
    ///   - segmentations: of each, where masks are compared.
    case detections([EvaluationDetection], segmentations: [COCOSegmentation]? = nil)
  }

  /// Unique among the candidates.
  public var name: String
  /// As it was given.
  public var path: String
  public var family: ComparedDetector.Family
  public var setting: ComparedDetector.Setting
  public var source: Source

  public init(
    name: String, path: String, family: ComparedDetector.Family, setting: ComparedDetector.Setting, source: Source
  ) {
    self.name = name
    self.path = path
    self.family = family
    self.setting = setting
    self.source = source
  }
}
