import Backbones
import Datasets
import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import Tensors

/// Region proposals over a feature pyramid, and a head that judges each.
public enum FasterRCNNArchitecture: TwoStageArchitecture {
  public static let name = FasterRCNNDetector.architecture
  public static let section = "fasterRCNN"
  public static var defaultConfiguration: FasterRCNNConfiguration { FasterRCNNConfiguration() }

  public static func configuration(of model: LoadedModel) throws -> FasterRCNNConfiguration? {
    try configuration(in: model)
  }

  private static func configuration(in model: LoadedModel) throws -> FasterRCNNConfiguration {
    try FasterRCNNDetector.configuration(of: model.file, path: model.path)
  }

  public static func use(_ backbone: BackboneConfiguration, in configuration: inout FasterRCNNConfiguration) {
    configuration.backbone = backbone
  }

  public static func networks(
    _ configuration: FasterRCNNConfiguration, classCount: Int
  ) throws -> ModelNetworks {
    try configuration.validate()
    return networks(FasterRCNNNetwork(configuration, classCount: classCount), inputSize: configuration.inputSize)
  }

  public static func networks(of model: LoadedModel) throws -> ModelNetworks {
    networks(
      FasterRCNNNetwork(try configuration(in: model), classCount: model.file.classes.count),
      inputSize: model.file.preprocessing.inputSize)
  }

  private static func networks(_ network: FasterRCNNNetwork, inputSize size: ImageSize) -> ModelNetworks {
    let (trunk, configuration) = (network.trunk, network.configuration)
    let side = configuration.regions.poolingSize
    let levels = (trunk.outputs.count - network.mapCount) / 2
    return ModelNetworks(
      image: ModelNetwork(
        name: "trunk", graph: trunk, inputShape: [1, 3, size.height, size.width], inputName: "images",
        outputNames: (0..<network.mapCount).map { "map.\($0)" }
          + (0..<levels).flatMap { ["objectness.\($0)", "deltas.\($0)"] }
          + (configuration.semantics.isPredicted ? ["semantic_scores"] : [])),
      regionHead: ModelNetworks.RegionHead(
        network: ModelNetwork(
          name: "head", graph: network.regionHead, inputShape: [1, configuration.pyramid.channels, side, side],
          hasVariableBatch: true, inputName: "regions", outputNames: ["class_logits", "box_deltas"]),
        regionCount: configuration.proposals.count),
      maskHead: configuration.masks.isPredicted ? maskHead(of: network) : nil)
  }

  private static func maskHead(of network: FasterRCNNNetwork) -> ModelNetworks.RegionHead {
    let (channels, side) = (network.configuration.pyramid.channels, network.configuration.masks.poolingSize)
    return ModelNetworks.RegionHead(
      network: ModelNetwork(
        name: "masks", graph: network.maskHead, inputShape: [1, channels, side, side], hasVariableBatch: true,
        inputName: "regions", outputNames: ["mask_logits"]),
      regionCount: DetectionOptions().maximumDetections)
  }

  public static func trainable(
    _ configuration: inout FasterRCNNConfiguration, from start: TrainingStart, using generator: inout SeededGenerator
  ) throws -> any TrainableDetector {
    if configuration.semantics.isPredicted, configuration.semantics.classes.isEmpty {
      configuration.semantics.classes = start.dataset.stuffClasses.map { ModelFile.Label(name: $0.name, id: $0.id) }
    }
    try configuration.validate()
    try configuration.checkStuff(of: start.dataset)
    return try TrainableFasterRCNN(
      configuration, classes: start.classes, preprocessing: start.preprocessing,
      backbone: start.backbone, origin: start.origin, precision: start.precision, using: &generator)
  }

  public static func timeComponents(_ benchmark: inout ComponentBenchmark) {
    benchmark.timeProposals()
    benchmark.timePooling()
  }
}

extension FasterRCNNArchitecture {
  public static func regionCount(of model: LoadedModel) throws -> Int {
    try configuration(in: model).proposals.count
  }

  public static func detector(
    of model: LoadedModel, twoStage: TwoStageOptions, options: ModelOptions
  ) throws -> any Detector {
    try FasterRCNNDetector(model.file, path: model.path, twoStage: twoStage, options: options)
  }

  public static func untrainedModel(
    _ configuration: FasterRCNNConfiguration, classCount: Int, seed: UInt64
  ) throws -> ModelFile {
    try configuration.validate()
    var generator = SeededGenerator(seed: seed)
    return try ModelFile(
      architecture: name, configuration: configuration,
      classes: (1...classCount).map { ModelFile.Label(name: "class \($0)", id: $0) },
      preprocessing: Preprocessing(inputSize: configuration.inputSize, normalization: configuration.normalization),
      parameters: FasterRCNNNetwork(configuration, classCount: classCount).initialParameters(using: &generator))
  }

  public static func stageBenchmark(
    of model: LoadedModel, image: RGBImage, options: TwoStageOptions, runs: Int
  ) throws -> StageBenchmark {
    try StageBenchmark.measure(model.file, path: model.path, image: image, options: options, runs: runs)
  }
}

extension ModelCatalog {
  /// Whether a model says which pixels its objects have.
  public static func predictsMasks(_ model: LoadedModel) throws -> Bool {
    guard model.file.architecture == FasterRCNNArchitecture.name else { return false }
    return try FasterRCNNDetector.configuration(of: model.file, path: model.path).masks.isPredicted
  }
}

extension RunConfiguration {
  public var fasterRCNN: FasterRCNNConfiguration {
    get { self[FasterRCNNArchitecture.self] }
    set { self[FasterRCNNArchitecture.self] = newValue }
  }

  /// Whether it is a Mask R-CNN or a Panoptic FPN, which learn from the pixels of objects, or of stuff.
  public var predictsMasks: Bool {
    detector.architecture is FasterRCNNArchitecture.Type
      && (fasterRCNN.masks.isPredicted || fasterRCNN.semantics.isPredicted)
  }
}

extension FasterRCNNConfiguration {
  /// Throws where a semantic head is to learn stuff that the data does not have.
  fileprivate func checkStuff(of dataset: LabelledDataset) throws(FasterRCNNConfigurationError) {
    guard semantics.isPredicted else { return }
    let names = dataset.stuffClasses.map(\.name)
    guard !names.isEmpty, semantics.classes.map(\.name) == names else {
      throw FasterRCNNConfigurationError(
        key: "semantics.classes",
        expected: names.isEmpty
          ? "data with classes of stuff, as a panoptic COCO file has them"
          : "the data's classes of stuff, \(names.joined(separator: ", "))")
    }
  }
}
