import ComputeGraph
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// A classifier in use: an image in, a probability for every class out.
public final class ImageClassifier: Classifier {
  /// The family's name in model files.
  public static let architecture = ModelFile.classifierArchitecture

  public var classNames: [String] { classes.map(\.name) }
  public var classIDs: [Int] { classes.map(\.id) }
  public var inputSize: ImageSize { transform.inputSize }

  private let classes: [ModelFile.Label]
  private let graph: Graph
  private let transform: Preprocessing
  private let view: ImageView
  private let planOptions: InferencePlan.Options
  private let network: CompiledOnce<InferencePlan>

  /// Throws a `GraphError` when the parameters are not this network's, a `PrecisionError` where the processor lacks
  /// the precision.
  ///
  /// - Precondition: the configuration is valid, and the preprocessing has its channels.
  public init(
    _ configuration: ClassifierConfiguration, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, precision: Precision = .float32, options: ModelOptions = ModelOptions()
  ) throws {
    self.classes = classes
    graph = configuration.graph(classCount: classes.count)
    transform = preprocessing
    view = configuration.view
    planOptions = InferencePlan.Options(compilation: options.compilation, precision: precision)
    network = CompiledOnce(parameters)
    try precision.check()
    try graph.check(parameters)
  }

  /// From a model file that was read from `path`.
  public convenience init(_ file: ModelFile, path: String, options: ModelOptions = ModelOptions()) throws {
    try self.init(
      Self.configuration(of: file, path: path), classes: file.classes, parameters: file.parameters,
      preprocessing: file.preprocessing, precision: file.precision, options: options)
  }

  /// The configuration that a model file holds.
  public static func configuration(of file: ModelFile, path: String) throws -> ClassifierConfiguration {
    let classCount = file.classes.count
    let configuration = try file.decodedConfiguration(
      ClassifierConfiguration.self, path: path, family: "a classifier's"
    ) {
      // What the network was made for is what it is run at.
      $0.inputSize = file.preprocessing.inputSize
      try $0.validate()
      try ClassifierConfiguration.check(classCount: classCount)
    }
    let preprocessing = file.preprocessing
    guard preprocessing.resize == .stretch, preprocessing.channelCount == configuration.inputChannels else {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "does not suit a classifier of \(configuration.inputChannels) channels; expected a mean for each of "
          + "them, and stretch")
    }
    return configuration
  }

  public var decodingSize: ImageSize? {
    guard transform.antialias else { return nil }
    guard case .middle(let side) = view else { return inputSize }
    return ImageSize(width: side, height: side)
  }

  public func predict(_ image: SourceImage) throws -> TimedPrediction<ClassScores> {
    var seconds = StageSeconds()
    let input = seconds.measure(\.preprocess) {
      transform(view(image, input: inputSize, antialias: transform.antialias))
    }
    let logits = try logits(input, &seconds)
    return TimedPrediction(seconds.measure(\.postprocess) { ClassScores(logits: logits) }, seconds: seconds)
  }

  private func logits(_ input: NetworkInput, _ seconds: inout StageSeconds) throws -> [Float] {
    let plan = try network.plans { parameters in
      try InferencePlan(
        graph, parameters: parameters,
        inputShape: [1, transform.channelCount, inputSize.height, inputSize.width], options: planOptions)
    }
    seconds.measure(\.preprocess) { plan.writeInput(input.write) }
    return try seconds.measure(\.network) { try plan.run()[0].withUnsafeBufferPointer { Array($0) } }
  }
}
