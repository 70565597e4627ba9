import DetectionUtilities
import Detectors
import Foundation
import ImageCodecs
import NeuralNetwork
import Tensors

/// The single-stage detector in use: images in, detections out.
public final class YOLODetector: TimedDetector {
  /// The family's name in model files.
  public static let architecture = "yolo"

  public var classNames: [String] { classes.map(\.name) }
  public var classIDs: [Int] { classes.map(\.id) }
  public var inputSize: ImageSize { preprocessing.inputSize }
  public var decodingSize: ImageSize? { preprocessing.decodingSize }
  public var effort = PlanEffort()
  public private(set) var stageSeconds = StageSeconds()

  private let classes: [ModelFile.Label]
  private let graph: Graph
  private let preprocessing: Preprocessing
  private let precision: Precision
  private let head: SingleStageHead
  private var network: CompiledNetwork

  private enum CompiledNetwork {
    case parameters(ParameterStore)
    case plan(InferencePlan)
    case failed(any Error)
  }

  /// Any single-stage network: its outputs are what the head reads, the raw maps of its levels in their order.
  ///
  /// Throws a `GraphError` when the parameters are not this network's, a `PrecisionError` where the processor lacks
  /// the precision.
  /// - Precondition: there are as many classes as the head has.
  public init(
    graph: Graph, head: SingleStageHead, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, precision: Precision = .float32
  ) throws {
    precondition(classes.count == head.classCount, "\(classes.count) classes for a head of \(head.classCount)")
    self.graph = graph
    self.head = head
    self.classes = classes
    network = .parameters(parameters)
    self.preprocessing = preprocessing
    self.precision = precision
    try precision.check()
    try graph.check(parameters)
  }

  /// Throws a `GraphError` when the parameters are not this network's.
  public convenience init(
    _ configuration: YOLOConfiguration, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing, precision: Precision = .float32
  ) throws {
    try self.init(
      graph: YOLONetwork(configuration, classCount: classes.count).graph,
      head: .grid(configuration.head(classCount: classes.count)), classes: classes, parameters: parameters,
      preprocessing: preprocessing, precision: precision)
  }

  /// From a model file that was read from `path`.
  public convenience init(_ file: ModelFile, path: String) throws {
    try self.init(
      Self.configuration(of: file, path: path), classes: file.classes, parameters: file.parameters,
      preprocessing: file.preprocessing, precision: file.precision)
  }

  /// The configuration that a model file holds.
  public static func configuration(of file: ModelFile, path: String) throws -> YOLOConfiguration {
    func failure(_ problem: String) -> ModelFileError {
      .metadata(path: path, key: "peregrine.configuration", problem: problem)
    }
    guard let configuration = try? JSONDecoder().decode(YOLOConfiguration.self, from: file.configuration) else {
      throw failure("is not a YOLO configuration of this version")
    }
    do {
      try configuration.validate()
    } catch {
      throw failure("cannot be used: \(error)")
    }
    if configuration.anchors.isEmpty { throw failure("has no anchors") }
    if file.preprocessing.resize.variesSize {
      throw ModelFileError.metadata(
        path: path, key: "peregrine.preprocessing",
        problem: "wants an input of another size for every image; expected letterbox or stretch")
    }
    return configuration
  }

  /// The raw maps for an input that `fill` writes, 1 × 3 × H × W.
  package func rawOutputs(filling fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws -> [Tensor] {
    try plan().run(filling: fill)
  }

  /// Images go through the network one by one, so that an image's detections never depend on its neighbours.
  public func detect(_ images: [RGBImage], options: DetectionOptions) throws -> [[Detection]] {
    if images.isEmpty { return [] }
    let plan = try plan()
    let suppression = NonMaximumSuppression(
      iouThreshold: options.iou, maximumCandidates: Self.maximumCandidates,
      maximumDetections: options.maximumDetections, scope: .withinClass)
    return try images.map { image in
      var clock = StageClock()
      let batch = ImageBatch([image], preprocessing: preprocessing)
      var preprocess = 0.0
      let maps = try plan.run { input in
        batch.write(to: input)
        preprocess = clock.lap()
      }
      let network = clock.lap()
      let candidates = head.candidates(maps, scoreThreshold: options.confidence)[0]
      let detections = batch.mapBack(suppression(candidates), imageIndex: 0).map(\.withScoreAtMostOne)
      stageSeconds = StageSeconds(preprocess: preprocess, network: network, postprocess: clock.lap())
      return detections
    }
  }

  /// Boxes that take part in suppression, best first; more than any image needs.
  private static let maximumCandidates = 30_000

  /// Compiles the network when it is first used. From then on its weights live in the plan alone.
  private func plan() throws -> InferencePlan {
    switch network {
    case .plan(let plan): return plan
    case .failed(let error): throw error
    case .parameters: break
    }
    do {
      let plan = try InferencePlan(
        graph, parameters: takeParameters(), inputShape: [1, 3, inputSize.height, inputSize.width],
        options: .init(effort: effort, precision: precision))
      network = .plan(plan)
      return plan
    } catch {
      network = .failed(error)
      throw error
    }
  }

  /// Hands the weights over, without a second reference that would make changing them a copy.
  private func takeParameters() -> ParameterStore {
    guard case .parameters(let parameters) = network else { preconditionFailure("the network is compiled once") }
    network = .parameters(ParameterStore())
    return parameters
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
