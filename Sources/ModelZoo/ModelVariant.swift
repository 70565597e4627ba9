import Detectors
import FasterRCNN
import ImageCodecs
import NeuralNetwork
import WeightImport
import YOLO

/// A model file as it is, or the same weights at another input size, with another number of proposals or in int8: what a
/// comparison sweeps over.
public struct ModelVariant: Sendable {
  /// Where the model was read.
  public let path: String
  /// With the variant's size and precision.
  public let file: ModelFile
  /// Most regions of an image that the second stage judges; nil for a single-stage detector.
  public let proposals: Int?
  private let original: ModelFile
  private let family: RunConfiguration.Family

  /// Reads a model.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the file and what is wrong in it.
  public init(contentsOf path: String) throws { try self.init(of: ModelFile(contentsOf: path), path: path) }

  /// A model that was read from `path`.
  public init(of file: ModelFile, path: String) throws {
    let family = try RunConfiguration.Family(of: file, path: path)
    self.init(
      path: path, file: file, original: file, family: family,
      proposals: family == .fasterRCNN
        ? try FasterRCNNDetector.configuration(of: file, path: path).proposals.count : nil)
  }

  private init(path: String, file: ModelFile, original: ModelFile, family: RunConfiguration.Family, proposals: Int?) {
    self.path = path
    self.file = file
    self.original = original
    self.family = family
    self.proposals = proposals
  }

  public var isTwoStage: Bool { family == .fasterRCNN }
  /// Whether every image has an input size of its own.
  public var sizesVary: Bool { file.preprocessing.resize.variesSize }

  /// The same weights at one input size for all images.
  ///
  /// Throws a `ModelFileError` for a size that the network cannot take.
  public func resized(to size: ImageSize) throws -> ModelVariant {
    var file = file
    file.preprocessing = file.preprocessing.fixed(to: size)
    let variant = ModelVariant(path: path, file: file, original: original, family: family, proposals: proposals)
    guard size.width > 0, size.height > 0, size.width % 32 == 0, size.height % 32 == 0, (try? variant.cost()) != nil
    else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "cannot be run at \(size); expected a width and a height that are multiples of 32")
    }
    return variant
  }

  /// The same with another number of proposals.
  ///
  /// - Precondition: the model has two stages, and `count` is 1 to 100,000.
  public func proposing(_ count: Int) -> ModelVariant {
    precondition(isTwoStage && (1...100_000).contains(count), "\(count) proposals")
    return ModelVariant(path: path, file: file, original: original, family: family, proposals: count)
  }

  /// The same in 8-bit integers, calibrated on images.
  ///
  /// Throws what `ModelQuantizer` throws, and an `ImageError` for an image that cannot be read.
  public func quantized(calibratingOn images: [String]) throws -> ModelVariant {
    if family == .darknet, file.preprocessing != original.preprocessing {
      throw ModelFileError.precision(
        path: path, problem: "is a Darknet network, which is brought into int8 at its own input size only")
    }
    var quantizer = try ModelQuantizer(of: file, name: path)
    for image in images { try quantizer.observe(imageAt: image) }
    let model = quantizer.model(try quantizer.bestRecipe())
    return ModelVariant(path: path, file: model, original: original, family: family, proposals: proposals)
  }

  /// The detector.
  ///
  /// Throws as `ModelCatalog.detector(model:)` does.
  public func detector(options: ModelOptions = .evaluation) throws -> any Detector {
    try ModelCatalog.namingFile(path) {
      switch family {
      case .yolo: return try YOLODetector(file, path: path, options: options)
      case .fasterRCNN:
        return try FasterRCNNDetector(file, path: path, twoStage: TwoStageOptions(count: proposals), options: options)
      case .darknet:
        // The text of its `.cfg` holds the size that it came with.
        let network = try DarknetModel.read(original, path: path).network
        guard let head = network.head else { throw ModelFileError.noDetector(path: path, found: network.summary) }
        return try YOLODetector(
          graph: network.graph, head: head, classes: file.classes, parameters: file.parameters,
          preprocessing: file.preprocessing, precision: file.precision, options: options)
      }
    }
  }

  /// Trainable numbers, and the operations of one image at the input size, multiplications and additions counted apart: of
  /// two stages those of the second for as many regions as there are at most.
  ///
  /// Where sizes vary, for the size that the file states.
  public func cost() throws -> (parameters: Int, operations: Double) {
    let size = file.preprocessing.inputSize
    let graph: Graph
    switch family {
    case .yolo, .fasterRCNN: graph = try ModelCatalog.graph(of: file, path: path)
    case .darknet: graph = try DarknetModel.read(original, path: path).network.graph
    }
    let layers = try graph.costs(input: [1, 3, size.height, size.width])
    var (parameters, operations) = (0, 0.0)
    for layer in layers {
      parameters += layer.parameterCount
      operations += Double(layer.floatingPointOperations)
    }
    guard let proposals else { return (parameters, operations) }
    let head = NetworkDescription.regionHead(
      try FasterRCNNDetector.configuration(of: file, path: path), classCount: file.classes.count)
    for layer in try head.graph.costs(input: head.input) {
      parameters += layer.parameterCount
      operations += Double(proposals) * Double(layer.floatingPointOperations)
    }
    return (parameters, operations)
  }
}
