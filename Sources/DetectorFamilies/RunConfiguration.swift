import Detectors
import FasterRCNN
import Training
import YOLO

/// A training run as its YAML file in `Configs/` says it: which detector, and how it is trained.
public struct RunConfiguration: Codable, Sendable {
  /// The family of detector; its own section configures it.
  public enum Family: String, ConfigurationChoice {
    case yolo
    case fasterRCNN = "faster-rcnn"
  }

  public var detector = Family.yolo
  public var yolo = YOLOConfiguration()
  public var fasterRCNN = FasterRCNNConfiguration()
  public var training = TrainingConfiguration()

  public init() {}

  /// The settings of the detector that is trained, by key path.
  public func detectorSettings() throws -> [String: String] {
    switch detector {
    case .yolo: try ConfigurationFile.settings(of: yolo)
    case .fasterRCNN: try ConfigurationFile.settings(of: fasterRCNN)
    }
  }
}

extension RunConfiguration.Family {
  /// The family of a model file that was read from `path`.
  ///
  /// Throws a `ModelFileError` for one that this program does not know.
  init(of file: ModelFile, path: String) throws(ModelFileError) {
    switch file.architecture {
    case YOLODetector.architecture: self = .yolo
    case FasterRCNNDetector.architecture: self = .fasterRCNN
    default:
      throw .architecture(
        path: path, found: file.architecture, known: [YOLODetector.architecture, FasterRCNNDetector.architecture])
    }
  }
}
