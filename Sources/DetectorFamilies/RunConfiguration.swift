import Training
import YOLO

/// A training run as its YAML file in `Configs/` says it: which detector, and how it is trained.
public struct RunConfiguration: Codable, Sendable {
  /// The family of detector; its own section configures it.
  public enum Family: String, ConfigurationChoice {
    case yolo
  }

  public var detector = Family.yolo
  public var yolo = YOLOConfiguration()
  public var training = TrainingConfiguration()

  public init() {}
}
