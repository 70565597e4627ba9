import Backbones
import Detectors
import FasterRCNN
import Foundation
import Training
import WeightImport
import YOLO

/// A training run as its YAML file in `Configs/` says it: which detector, and how it is trained.
public struct RunConfiguration: Codable, Sendable {
  /// The family of detector; its own section configures it.
  public enum Family: String, ConfigurationChoice {
    case yolo
    case fasterRCNN = "faster-rcnn"
    case darknet
  }

  public var detector = Family.yolo
  public var yolo = YOLOConfiguration()
  public var fasterRCNN = FasterRCNNConfiguration()
  public var darknet = DarknetTrainingConfiguration()
  public var training = TrainingConfiguration()

  public init() {}

  /// The settings of the detector that is trained, by key path.
  public func detectorSettings() throws -> [String: String] {
    switch detector {
    case .yolo: try ConfigurationFile.settings(of: yolo)
    case .fasterRCNN: try ConfigurationFile.settings(of: fasterRCNN)
    case .darknet: try ConfigurationFile.settings(of: darknet)
    }
  }
}

extension RunConfiguration {
  /// The settings of a model, from which those of its fine-tuning start.
  ///
  /// Throws a `ModelFileError` for a model that this program does not know.
  public init(startingFrom file: ModelFile, path: String) throws {
    if file.architecture == ModelFile.backboneArchitecture {
      try start(fromBackbone: file, path: path)
      return
    }
    if file.architecture == DarknetModel.headlessArchitecture {
      // Its layers serve a network of the same first layers, whose `.cfg` the configuration names.
      detector = .darknet
      return
    }
    detector = try Family(of: file, path: path)
    switch detector {
    case .yolo: yolo = try YOLODetector.configuration(of: file, path: path)
    case .fasterRCNN: fasterRCNN = try FasterRCNNDetector.configuration(of: file, path: path)
    // Its network stays with the model.
    case .darknet: break
    }
  }

  private mutating func start(fromBackbone file: ModelFile, path: String) throws {
    guard let backbone = try? JSONDecoder().decode(BackboneConfiguration.self, from: file.configuration) else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.configuration", problem: "is not a backbone of this version")
    }
    fasterRCNN.backbone = backbone
    yolo.backbone = backbone
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
    case DarknetModel.architecture: self = .darknet
    case ModelFile.backboneArchitecture:
      throw .noDetector(path: path, found: "a backbone, the first part of a detector")
    case DarknetModel.headlessArchitecture:
      throw .noDetector(path: path, found: "a Darknet network without a detection head")
    default:
      throw .architecture(
        path: path, found: file.architecture,
        known: [YOLODetector.architecture, FasterRCNNDetector.architecture, DarknetModel.architecture])
    }
  }
}
