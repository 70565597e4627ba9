import FasterRCNN
import ImageCodecs
import Models

/// A model file as it is, or the same weights at another input size, with another number of proposals or in another precision: what a
/// comparison sweeps over.
public struct ModelVariant: Sendable {
  /// Most regions of an image that the second stage judges; nil for a single-stage detector.
  public let proposals: Int?
  private let model: LoadedModel
  private let architecture: any DetectorArchitecture.Type

  /// Reads a model.
  ///
  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the file and what is wrong in it.
  public init(contentsOf path: String) throws { try self.init(of: LoadedModel(contentsOf: path)) }

  /// A model that was read.
  public init(of model: LoadedModel) throws {
    let architecture = try ModelCatalog.architecture(ofDetector: model)
    let twoStage = architecture as? any TwoStageArchitecture.Type
    self.init(model, architecture, proposals: try twoStage?.regionCount(of: model))
  }

  private init(_ model: LoadedModel, _ architecture: any DetectorArchitecture.Type, proposals: Int?) {
    self.model = model
    self.architecture = architecture
    self.proposals = proposals
  }

  /// Where the model was read.
  public var path: String { model.path }
  /// With the variant's size and precision.
  public var file: ModelFile { model.file }
  public var isTwoStage: Bool { architecture is any TwoStageArchitecture.Type }
  /// What reports of comparisons call its family.
  public var reportName: String { architecture.reportName }
  /// Whether every image has an input size of its own.
  public var sizesVary: Bool { file.preprocessing.resize.variesSize }

  /// The same weights at one input size for all images.
  ///
  /// Throws a `ModelFileError` for a size that the network cannot take.
  public func resized(to size: ImageSize) throws -> ModelVariant {
    var file = file
    file.preprocessing = file.preprocessing.fixed(to: size)
    let variant = ModelVariant(model.changed(to: file), architecture, proposals: proposals)
    guard Preprocessing.allows(size), size.width % 32 == 0, size.height % 32 == 0, (try? variant.cost()) != nil else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "cannot be run at \(size); expected a width and a height that are multiples of 32, up to "
          + "\(Preprocessing.longestSide), with at most \(Preprocessing.mostPixels) pixels")
    }
    return variant
  }

  /// The same with another number of proposals.
  ///
  /// - Precondition: the model has two stages, and `count` is 1 to 100,000.
  public func proposing(_ count: Int) -> ModelVariant {
    precondition(isTwoStage && (1...100_000).contains(count), "\(count) proposals")
    return ModelVariant(model, architecture, proposals: count)
  }

  /// The same computed in a precision. Throws as `LoadedModel.computed(in:)` does.
  public func computed(in precision: RequestedPrecision) throws -> ModelVariant {
    ModelVariant(try model.computed(in: precision), architecture, proposals: proposals)
  }

  /// The same in 8-bit integers, calibrated on images.
  ///
  /// Throws what `ModelQuantizer` throws, and an `ImageError` for an image that cannot be read.
  public func quantized(calibratingOn images: [String]) throws -> ModelVariant {
    try architecture.checkQuantization(of: model)
    var quantizer = try ModelQuantizer(of: model)
    for image in images { try quantizer.observe(imageAt: image) }
    let file = quantizer.model(try quantizer.bestRecipe())
    return ModelVariant(model.changed(to: file), architecture, proposals: proposals)
  }

  /// The detector.
  ///
  /// Throws as `ModelCatalog.detector(model:)` does.
  public func detector(options: ModelOptions = .evaluation) throws -> any Detector {
    try model.namingFile {
      guard let architecture = architecture as? any TwoStageArchitecture.Type else {
        return try architecture.detector(of: model, options: options)
      }
      return try architecture.detector(of: model, twoStage: TwoStageOptions(count: proposals), options: options)
    }
  }

  /// Trainable numbers, and the operations of one image at the input size, multiplications and additions counted apart: of
  /// two stages those of the second for as many regions as there are at most.
  ///
  /// Where sizes vary, for the size that the file states.
  public func cost() throws -> (parameters: Int, operations: Double) {
    let networks = try architecture.networks(of: model)
    var (parameters, operations) = (0, 0.0)
    func add(_ network: ModelNetwork, times: Double) throws {
      for layer in try network.graph.costs(input: network.inputShape) {
        parameters += layer.parameterCount
        operations += times * Double(layer.floatingPointOperations)
      }
    }
    try add(networks.image, times: 1)
    if let head = networks.regionHead, let proposals { try add(head.network, times: Double(proposals)) }
    return (parameters, operations)
  }
}
