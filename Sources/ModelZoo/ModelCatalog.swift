import Datasets
import DetectionUtilities
import FasterRCNN
import Foundation
import Models

/// The one list of model families, and what is made of them: the rest of the program holds a `Detector`.
public enum ModelCatalog {
  /// Every family, in the order in which messages name them. A new one is a line here, and its description.
  public static let architectures: [any ModelArchitecture.Type] = [
    YOLOArchitecture.self,
    FasterRCNNArchitecture.self,
    DarknetArchitecture.self,
    ClassificationArchitecture.self,
    SegmentationArchitecture.self,
  ]

  /// The families with a second stage.
  static var twoStageArchitectures: [any TwoStageArchitecture.Type] {
    architectures.compactMap { $0 as? any TwoStageArchitecture.Type }
  }

  /// The steps that led to the families, in the order of their years.
  public static var lineage: [LineageStep] {
    architectures.flatMap { $0.lineage }.enumerated().sorted {
      ($0.element.year, $0.offset) < ($1.element.year, $1.offset)
    }.map(\.element)
  }
}

extension ModelCatalog {
  /// The family of a detector. Throws a `ModelFileError` for a model that finds no boxes, or that this program does not
  /// know.
  static func architecture(ofDetector model: LoadedModel) throws(ModelFileError) -> any DetectorArchitecture.Type {
    let name = model.file.architecture
    let found = architectures.first { $0.name == name }
    if let detector = found as? any DetectorArchitecture.Type { return detector }
    if let found { throw .noDetector(path: model.path, found: found.useOfOtherModels) }
    if name == ModelFile.backboneArchitecture {
      throw .noDetector(path: model.path, found: "a backbone, the first part of a detector")
    }
    for architecture in architectures {
      if let words = architecture.headlessModels[name] { throw .noDetector(path: model.path, found: words) }
    }
    let detectors = architectures.filter { $0 is any DetectorArchitecture.Type }
    throw .architecture(path: model.path, found: name, known: detectors.map { $0.name })
  }

  /// The family of a detector, of a classifier or of a network without a head. Throws as ``architecture(ofDetector:)`` does.
  static func architecture(of model: LoadedModel) throws(ModelFileError) -> any ModelArchitecture.Type {
    let name = model.file.architecture
    let found = architectures.first { $0.headlessModels[name] != nil || $0.name == name }
    return if let found { found } else { try architecture(ofDetector: model) }
  }

  /// The family of a classifier. Throws a `ModelFileError` for a model that is none.
  static func architecture(ofClassifier model: LoadedModel) throws(ModelFileError) -> any ClassifierArchitecture.Type {
    let name = model.file.architecture
    let found = architectures.first { $0.name == name }
    if let classifier = found as? any ClassifierArchitecture.Type { return classifier }
    throw .noClassifier(path: model.path, found: found?.kindOfModel ?? "'\(name)'")
  }

  /// The family of a segmenter. Throws a `ModelFileError` for a model that is none.
  static func architecture(ofSegmenter model: LoadedModel) throws(ModelFileError) -> any SegmenterArchitecture.Type {
    let name = model.file.architecture
    let found = architectures.first { $0.name == name }
    if let segmenter = found as? any SegmenterArchitecture.Type { return segmenter }
    throw .noSegmenter(path: model.path, found: found?.kindOfModel ?? "'\(name)'")
  }
}

extension ModelCatalog {
  /// Opens a model file.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the file and what is wrong in it.
  public static func detector(
    model path: String, options: ModelOptions = ModelOptions()
  ) throws -> any Detector {
    try detector(model: .file(path), options: options)
  }

  /// Opens a model file or the model inside the program.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the source and what is wrong in it.
  ///
  /// - Parameter twoStage: how a two-stage detector is run; nil for as it was trained. Refused for other families.
  public static func detector(
    model source: ModelSource, twoStage: TwoStageOptions? = nil, options: ModelOptions = ModelOptions()
  ) throws -> any Detector {
    try detector(of: LoadedModel(source), twoStage: twoStage, options: options)
  }

  /// A detector of a model that was read, or that is not written yet.
  ///
  /// Throws as ``detector(model:twoStage:options:)`` does.
  public static func detector(
    of model: LoadedModel, twoStage: TwoStageOptions? = nil, options: ModelOptions = ModelOptions()
  ) throws -> any Detector {
    try model.namingFile {
      let architecture = try architecture(ofDetector: model)
      guard let twoStage else { return try architecture.detector(of: model, options: options) }
      guard let architecture = architecture as? any TwoStageArchitecture.Type else {
        throw ModelFileError.metadata(
          path: model.path, key: "peregrine.architecture",
          problem: "is \(model.file.architecture), which sees an image in one stage; expected a two-stage detector "
            + "(\(twoStageArchitectures.map { $0.name }.joined(separator: ", ")))")
      }
      return try architecture.detector(of: model, twoStage: twoStage, options: options)
    }
  }

  /// A detector with random weights, ready to be trained on a dataset. Fills what the configuration leaves to the
  /// data, such as anchors.
  ///
  /// - Parameters:
  ///   - backbone: what it starts from instead; of the same network.
  ///   - initial: a model whose matching parameters it starts from instead.
  public static func trainable(
    _ configuration: inout RunConfiguration, dataset: LabelledDataset, backbone: BackboneWeights? = nil,
    initial: LoadedModel? = nil
  ) throws -> any TrainableDetector {
    func make<Architecture: DetectorArchitecture>(
      _ architecture: Architecture.Type, _ run: inout RunConfiguration
    ) throws -> any TrainableDetector {
      var generator = SeededGenerator(seed: run.training.seed)
      return try architecture.trainable(
        &run[architecture],
        from: TrainingStart(
          dataset: dataset, backbone: backbone, initial: initial, precision: run.training.precision),
        using: &generator)
    }
    guard let architecture = configuration.detector.architecture as? any DetectorArchitecture.Type else {
      throw UnsuitableFamily(name: configuration.detector.rawValue, expected: "a detector")
    }
    return try make(architecture, &configuration)
  }
}

extension ModelCatalog {
  /// The networks of a configuration, for `inspect` and `benchmark`. Throws what is wrong with it.
  public static func networks(_ configuration: RunConfiguration, classCount: Int) throws -> ModelNetworks {
    func networks<Architecture: ModelArchitecture>(_ architecture: Architecture.Type) throws -> ModelNetworks {
      try architecture.networks(configuration[architecture], classCount: classCount)
    }
    return try networks(configuration.detector.architecture)
  }

  /// The networks of a model, with or without a head. Throws a `ModelFileError`.
  public static func networks(of model: LoadedModel) throws -> ModelNetworks {
    try architecture(of: model).networks(of: model)
  }

  /// The weights of a model file in the format of its family's own programs.
  ///
  /// Throws a `ModelFileError` for a family that has none.
  public static func weightsFile(model path: String) throws -> Data {
    let model = try LoadedModel(contentsOf: path)
    let name = model.file.architecture
    let writing = architectures.compactMap { $0 as? any WeightsFileArchitecture.Type }
    guard let architecture = writing.first(where: { $0.name == name || $0.headlessModels[name] != nil }) else {
      throw ModelFileError.architecture(path: path, found: name, known: writing.map { $0.name })
    }
    return try architecture.weightsFile(of: model)
  }
}
