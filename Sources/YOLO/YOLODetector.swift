import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// The single-stage detector in use: images in, detections out.
public final class YOLODetector: Detector {
  /// The family's name in model files.
  public static let architecture = "yolo"

  public var classNames: [String] { classes.map(\.name) }
  public var classIDs: [Int] { classes.map(\.id) }
  public var inputSize: ImageSize { transform.inputSize }
  public var decodingSize: ImageSize? { transform.decodingSize }

  private let classes: [ModelFile.Label]
  private let graph: Graph
  private let transform: Preprocessing
  private let planOptions: InferencePlan.Options
  private let head: SingleStageHead
  private let scoreThreshold: Double
  private let suppress: NonMaximumSuppression
  private let network: CompiledOnce<InferencePlan>

  /// Any single-stage network: its outputs are what the head reads, the raw maps of its levels in their order.
  ///
  /// Throws a `GraphError` when the parameters are not this network's, a `PrecisionError` where the processor lacks
  /// the precision.
  /// - Precondition: there are as many classes as the head has.
  public init(
    graph: Graph, head: SingleStageHead, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, precision: Precision = .float32, options: ModelOptions = ModelOptions()
  ) throws {
    precondition(classes.count == head.classCount, "\(classes.count) classes for a head of \(head.classCount)")
    self.graph = graph
    self.classes = classes
    transform = preprocessing
    planOptions = InferencePlan.Options(compilation: options.compilation, precision: precision)
    self.head = head
    scoreThreshold = options.detection.confidence
    suppress = NonMaximumSuppression(
      iouThreshold: options.detection.iou, maximumCandidates: Self.maximumCandidates,
      maximumDetections: options.detection.maximumDetections)
    network = CompiledOnce(parameters)
    try precision.check()
    try graph.check(parameters)
  }

  /// Throws a `GraphError` when the parameters are not this network's.
  public convenience init(
    _ configuration: YOLOConfiguration, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, precision: Precision = .float32, options: ModelOptions = ModelOptions()
  ) throws {
    try self.init(
      graph: YOLONetwork(configuration, classCount: classes.count).graph,
      head: .grid(configuration.head(classCount: classes.count)), classes: classes, parameters: parameters,
      preprocessing: preprocessing, precision: precision, options: options)
  }

  /// From a model file that was read from `path`.
  public convenience init(_ file: ModelFile, path: String, options: ModelOptions = ModelOptions()) throws {
    try self.init(
      Self.configuration(of: file, path: path), classes: file.classes, parameters: file.parameters,
      preprocessing: file.preprocessing, precision: file.precision, options: options)
  }

  /// The configuration that a model file holds.
  public static func configuration(of file: ModelFile, path: String) throws -> YOLOConfiguration {
    let configuration = try file.decodedConfiguration(YOLOConfiguration.self, path: path, family: "a YOLO") {
      try $0.validate()
    }
    if configuration.anchors.isEmpty {
      throw ModelFileError.metadata(path: path, key: "peregrine.configuration", problem: "has no anchors")
    }
    if file.preprocessing.resize.variesSize {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "wants an input of another size for every image; expected letterbox or stretch")
    }
    return configuration
  }

  public func predict(_ image: SourceImage) throws -> TimedPrediction<[Detection]> {
    var seconds = StageSeconds()
    let input = seconds.measure(\.preprocess) { transform(image) }
    let maps = try features(input, &seconds)
    let detections = seconds.measure(\.postprocess) {
      input.mapBack(suppress(head.candidates(maps, scoreThreshold: scoreThreshold)[0])).map(\.withScoreAtMostOne)
    }
    return TimedPrediction(detections, seconds: seconds)
  }

  /// The raw maps of the head's levels.
  private func features(_ input: NetworkInput, _ seconds: inout StageSeconds) throws -> [Tensor] {
    let plan = try plan()
    seconds.measure(\.preprocess) { plan.writeInput(input.write) }
    return try seconds.measure(\.network) { try plan.run() }
  }

  /// The raw maps for an input that `fill` writes, 1 × 3 × H × W.
  package func rawOutputs(filling fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws -> [Tensor] {
    try plan().run(filling: fill)
  }

  /// Boxes that take part in suppression, best first; more than any image needs.
  private static let maximumCandidates = 30_000

  private func plan() throws -> InferencePlan {
    try network.plans { parameters in
      try InferencePlan(
        graph, parameters: parameters, inputShape: [1, 3, inputSize.height, inputSize.width], options: planOptions)
    }
  }
}

extension Detection {
  /// Nothing keeps the plain numbers of YOLOv1 below 1.
  fileprivate var withScoreAtMostOne: Detection {
    var result = self
    result.score = min(score, 1)
    return result
  }
}
