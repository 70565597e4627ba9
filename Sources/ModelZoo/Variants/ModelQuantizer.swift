import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// Brings a model into 8-bit integers: of two stages the first, the second stays in float32.
public struct ModelQuantizer {
  public private(set) var quantizer: Quantizer
  private let source: LoadedModel
  private var calibration = QuantizationRecipe.Calibration(imageCount: 0, fingerprint: "")
  private var hash = UInt64(0xcbf2_9ce4_8422_2325)

  /// Throws what reading the model throws, and a `ModelFileError` for a model that is quantised already, whose images
  /// have no common size, or that has nothing to be computed in integers.
  public init(_ source: ModelSource) throws { try self.init(of: LoadedModel(source)) }

  /// A model that was read, or that is not written yet. Throws as ``init(_:)`` does.
  init(of model: LoadedModel) throws {
    source = model
    let (file, name) = (model.file, model.path)
    if file.quantization != nil {
      throw ModelFileError.precision(path: name, problem: "is in int8 already; expected a model in f32")
    }
    if file.preprocessing.resize.variesSize {
      throw ModelFileError.metadata(
        path: name, key: "peregrine.preprocessing",
        problem: "wants an input of another size for every image; expected one size, for ranges are measured at one")
    }
    quantizer = try model.namingFile {
      let network = try ModelCatalog.networks(of: model).image
      return try Quantizer(network.graph, parameters: file.parameters, inputShape: network.inputShape)
    }
  }

  /// Whether the model is a segmenter.
  public var isSegmenter: Bool { ModelCatalog.isSegmenter(source) }

  /// The model as it is.
  public func floatDetector() throws -> any Detector {
    try ModelCatalog.detector(of: source, options: .evaluation)
  }

  /// The model as it is.
  public func floatSegmenter() throws -> any Segmenter { try ModelCatalog.segmenter(of: source) }

  /// Measures the network's values on an image, which is prepared as detection prepares it.
  ///
  /// Throws an `ImageError` for a file that cannot be decoded.
  public mutating func observe(imageAt path: String) throws {
    let decoded = try DecodedImage(
      contentsOf: path, options: ImageDecodingOptions(minimumSize: source.file.preprocessing.decodingSize))
    let batch = ImageBatch([decoded.image], preprocessing: source.file.preprocessing)
    var values = [Float](repeating: 0, count: batch.shape.elementCount)
    values.withUnsafeMutableBufferPointer { batch.write(to: $0) }
    try quantizer.observe(Tensor(shape: batch.shape, values: values))
    calibration.imageCount += 1
    decoded.image.pixels.withUnsafeBytes { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    let digits = String(hash, radix: 16)
    calibration.fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// All layers in integers, with ranges by a method.
  ///
  /// - Precondition: an image was observed.
  public func recipe(_ method: QuantizationMethod, weightBits: Int = 7) -> QuantizationRecipe {
    quantizer.recipe(method, weightBits: weightBits, calibration: calibration)
  }

  /// All layers in integers, with ranges by the method whose raw outputs are nearest to those of f32.
  ///
  /// - Precondition: an image was observed.
  func bestRecipe() throws -> QuantizationRecipe {
    let tried = try QuantizationMethod.allCases.map { method in
      let recipe = recipe(method)
      return (recipe: recipe, error: try quantizer.error(of: recipe))
    }
    guard let best = tried.min(by: { $0.error < $1.error }) else { preconditionFailure("there are methods") }
    return best.recipe
  }

  /// The model by a recipe.
  public func model(_ recipe: QuantizationRecipe) -> ModelFile {
    var result = source.file
    result.parameters = recipe.rounding(source.file.parameters)
    result.quantization = recipe
    return result
  }

  /// With all its layers in integers, as on any processor that gains by them.
  public func detector(_ recipe: QuantizationRecipe) throws -> any Detector {
    var options = ModelOptions.evaluation
    options.compilation.keepsRecipe = true
    return try ModelCatalog.detector(of: source.changed(to: model(recipe)), options: options)
  }

  /// With all its layers in integers, as ``detector(_:)`` has it.
  public func segmenter(_ recipe: QuantizationRecipe) throws -> any Segmenter {
    var options = ModelOptions()
    options.compilation.keepsRecipe = true
    return try ModelCatalog.segmenter(of: source.changed(to: model(recipe)), options: options)
  }

  /// Times the network in float32 and by a recipe as this processor runs it, both in turn; milliseconds.
  public func benchmarks(
    _ recipe: QuantizationRecipe, runs: Int
  ) throws -> (float: Double, integer: Double, integerLayers: Int) {
    let graph = try ModelCatalog.networks(of: source).image.graph
    let parameters = source.file.parameters
    let float = try InferencePlan(graph, parameters: parameters, inputShape: quantizer.inputShape)
    let integer = try InferencePlan(
      graph, parameters: recipe.rounding(parameters), inputShape: quantizer.inputShape,
      options: .init(precision: .int8(recipe)))
    var times: (float: [Double], integer: [Double]) = ([], [])
    for _ in 0..<runs + 2 {
      times.float.append(try ContinuousClock().measure { try float.runSteps() } / .milliseconds(1))
      times.integer.append(try ContinuousClock().measure { try integer.runSteps() } / .milliseconds(1))
    }
    func median(_ values: [Double]) -> Double { values.dropFirst(2).sorted()[runs / 2] }
    return (median(times.float), median(times.integer), integer.integerLayerCount)
  }
}
