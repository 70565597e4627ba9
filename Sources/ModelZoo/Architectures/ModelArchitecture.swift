import Backbones
import Datasets
import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Models
import NetworkPlans
import Training

/// A family of models, described once: what configures it, and how its models are opened, trained, looked at and timed.
///
/// One that is in ``ModelCatalog/architectures`` is known to every command; nothing else lists families. What has an
/// implementation here need not be said by a family that wants nothing of it.
public protocol ModelArchitecture: Sendable {
  /// What configures it: the family's section in the configuration of a training run.
  associatedtype Configuration: Codable & Sendable

  /// What model files and configurations (`detector: yolo`) call it.
  static var name: String { get }
  /// Key of its section in configurations.
  static var section: String { get }
  /// The section of a configuration that says nothing of it.
  static var defaultConfiguration: Configuration { get }
  /// Names that model files have for networks of the family that find no boxes, and what such a network is in words.
  static var headlessModels: [String: String] { get }

  /// The configuration from which a model's fine-tuning starts; nil where nothing of it is in the model.
  ///
  /// Throws a `ModelFileError` for a model that does not hold what the family writes.
  static func configuration(of model: LoadedModel) throws -> Configuration?
  /// Sets the backbone of a configuration, for training that starts from it.
  static func use(_ backbone: BackboneConfiguration, in configuration: inout Configuration)

  /// The networks of a configuration. Throws what is wrong with it.
  static func networks(_ configuration: Configuration, classCount: Int) throws -> ModelNetworks
  /// The networks of a model, with or without a head. Throws as ``configuration(of:)`` does.
  static func networks(of model: LoadedModel) throws -> ModelNetworks
  /// Throws a `ModelFileError` where a model cannot be brought into integers as it is.
  static func checkQuantization(of model: LoadedModel) throws
  /// Times the family's own work around its network, such as decoding.
  static func timeComponents(_ benchmark: inout ComponentBenchmark)
  /// What reports of comparisons call it.
  static var reportName: String { get }
  /// The papers that led to it, for reports of comparisons.
  static var lineage: [LineageStep] { get }
}

extension ModelArchitecture {
  public static var headlessModels: [String: String] { [:] }
  public static func use(_ backbone: BackboneConfiguration, in configuration: inout Configuration) {}
  public static func checkQuantization(of model: LoadedModel) throws {}
  public static func timeComponents(_ benchmark: inout ComponentBenchmark) {}
  public static var reportName: String { name }
  public static var lineage: [LineageStep] { [] }
}

/// A family of detectors.
public protocol DetectorArchitecture: ModelArchitecture {
  /// Opens a model for use.
  ///
  /// Throws a `ModelFileError`, a `GraphError` where the weights are not the network's, a `PrecisionError` where the
  /// processor lacks the precision.
  static func detector(of model: LoadedModel, options: ModelOptions) throws -> any Detector
  /// A detector with random weights, ready to be trained. Fills what the configuration leaves to the data, such as
  /// anchors.
  static func trainable(
    _ configuration: inout Configuration, from start: TrainingStart, using generator: inout SeededGenerator
  ) throws -> any TrainableDetector
}

/// A family of classifiers.
public protocol ClassifierArchitecture: ModelArchitecture {
  /// Opens a model for use. Throws as ``DetectorArchitecture/detector(of:options:)`` does.
  static func classifier(of model: LoadedModel, options: ModelOptions) throws -> any Classifier
  /// A classifier with random weights, ready to be trained.
  ///
  /// - Parameter initial: a model whose matching parameters it will be given.
  static func trainable(
    _ configuration: Configuration, classes: [ModelFile.Label], initial: LoadedModel?, precision: TrainingPrecision,
    using generator: inout SeededGenerator
  ) throws -> any TrainableClassifier
  /// The part of a model that detectors share, under the names that detectors have for it; nil where it has none.
  static func backbone(of model: LoadedModel) throws -> BackboneWeights?
}

/// A family of segmenters.
public protocol SegmenterArchitecture: ModelArchitecture {
  /// Opens a model for use. Throws as ``DetectorArchitecture/detector(of:options:)`` does.
  static func segmenter(of model: LoadedModel, options: ModelOptions) throws -> any Segmenter
  /// A segmenter with random weights, ready to be trained.
  ///
  /// - Parameter initial: a model whose matching parameters it will be given.
  static func trainable(
    _ configuration: Configuration, from set: SegmentedSet, initial: LoadedModel?, precision: TrainingPrecision,
    using generator: inout SeededGenerator
  ) throws -> any TrainableSegmenter
  /// Pixels that one element of the network's coarsest map stands for.
  static func stride(_ configuration: Configuration) -> Int
}

extension ModelArchitecture {
  /// What a model of the family is, with its article.
  static var kindOfModel: String {
    switch self {
    case is any ClassifierArchitecture.Type: "a classifier"
    case is any SegmenterArchitecture.Type: "a segmenter"
    default: "a detector (\(name))"
    }
  }

  /// The same of a family that finds no boxes, with the command that runs it.
  static var useOfOtherModels: String {
    "\(kindOfModel), which '\(self is any SegmenterArchitecture.Type ? "segment" : "classify")' runs"
  }
}

/// A family whose second stage judges regions of the first.
public protocol TwoStageArchitecture: DetectorArchitecture {
  /// Most regions of an image that the second stage judges, as the model says it.
  static func regionCount(of model: LoadedModel) throws -> Int
  /// Opens a model, to be run as the options say. Throws as ``DetectorArchitecture/detector(of:options:)`` does, and for
  /// options that cannot be.
  static func detector(
    of model: LoadedModel, twoStage: TwoStageOptions, options: ModelOptions
  ) throws -> any Detector
  /// A model with random weights, for timing.
  static func untrainedModel(_ configuration: Configuration, classCount: Int, seed: UInt64) throws -> ModelFile
  /// Times a model's stages on an image.
  static func stageBenchmark(
    of model: LoadedModel, image: RGBImage, options: TwoStageOptions, runs: Int
  ) throws -> StageBenchmark
}

extension TwoStageArchitecture {
  /// As it was trained.
  public static func detector(of model: LoadedModel, options: ModelOptions) throws -> any Detector {
    try detector(of: model, twoStage: TwoStageOptions(), options: options)
  }
}

/// A family whose weights have a file format of their own, which other programs read.
public protocol WeightsFileArchitecture: DetectorArchitecture {
  /// The bytes of such a file.
  static func weightsFile(of model: LoadedModel) throws -> Data
}

/// What a training run starts from, beside its configuration.
public struct TrainingStart {
  public let dataset: LabelledDataset
  /// What the network's backbone starts from instead of random weights; of the same network.
  public let backbone: BackboneWeights?
  /// A model whose matching parameters the network starts from.
  public let initial: LoadedModel?
  /// In which numbers the network computes.
  public let precision: TrainingPrecision

  /// The dataset's, as model files have them.
  public var classes: [ModelFile.Label] { dataset.classes.map { ModelFile.Label(name: $0.name, id: $0.id) } }
  /// How images come in, which is what the weights that training starts from were trained with; nil for random weights.
  public var preprocessing: Preprocessing? { initial?.file.preprocessing ?? backbone?.preprocessing }
  /// The initial model, as the trained one names it.
  public var origin: TrainingOrigin { TrainingOrigin(model: initial?.weights.fingerprint) }
}
