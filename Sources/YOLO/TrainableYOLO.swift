import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// A network with a grid head, whatever describes it.
public struct GridNetwork: Sendable {
  /// Its outputs are the raw maps of the head's levels, in their order.
  public var graph: Graph
  public var head: YOLOHeadConfiguration
  /// Names of the biases of those maps, which begin as the head says.
  public var predictionBiases: [String]

  public init(graph: Graph, head: YOLOHeadConfiguration, predictionBiases: [String]) {
    self.graph = graph
    self.head = head
    self.predictionBiases = predictionBiases
  }
}

/// The single-stage detector in training: one batch in, losses and gradients out.
public final class TrainableYOLO: TrainableDetector {
  public let classes: [ModelFile.Label]
  public var parameters: ParameterStore
  public var parameterSpecifications: [ParameterSpecification] { graph.parameters }
  public var inputSize: ImageSize { preprocessing.inputSize }

  private let graph: Graph
  private let head: YOLOHeadConfiguration
  private let loss: YOLOLoss
  private let preprocessing: Preprocessing
  private let origin: TrainingOrigin
  private let precision: TrainingPrecision
  private let makeFile: (ParameterStore) throws -> ModelFile
  private var plan: TrainingPlan?

  /// Any network with a grid head, with random weights.
  ///
  /// - Parameters:
  ///   - origin: what the model file will say of where the weights came from.
  ///   - precision: in which numbers the network computes.
  ///   - makeFile: describes the model with the given parameters.
  /// - Precondition: the classes are independent of each other, and as many as the head has.
  public init(
    _ network: GridNetwork, loss: YOLOLossConfiguration, classes: [ModelFile.Label], preprocessing: Preprocessing,
    origin: TrainingOrigin = TrainingOrigin(), precision: TrainingPrecision = .float32,
    using generator: inout some RandomNumberGenerator,
    makeFile: @escaping (ParameterStore) throws -> ModelFile
  ) throws {
    let (graph, head) = (network.graph, network.head)
    precondition(head.classProbability == .independent, "the loss is that of independent classes")
    self.graph = graph
    self.head = head
    self.loss = YOLOLoss(head: head, configuration: loss)
    self.classes = classes
    self.preprocessing = preprocessing
    self.origin = origin
    self.precision = precision
    self.makeFile = makeFile
    parameters = graph.initialParameters(using: &generator)
    for (level, name) in network.predictionBiases.enumerated() where parameters.contains(name) {
      let biases = head.initialBiases(level: level)
      parameters[name] = Tensor(shape: [biases.count], values: biases)
    }
    try graph.check(parameters)
  }

  /// Starts from random weights, or from a backbone that another detector has trained.
  ///
  /// Throws a `ModelFileError` where the backbone is another network's.
  /// - Parameter preprocessing: how images come in, at the configuration's size; nil for pixels from 0 to 1.
  /// - Precondition: the configuration has anchors for each of the three maps.
  public convenience init(
    _ configuration: YOLOConfiguration, classes: [ModelFile.Label], preprocessing: Preprocessing? = nil,
    backbone: BackboneWeights? = nil, origin: TrainingOrigin = TrainingOrigin(),
    precision: TrainingPrecision = .float32, using generator: inout some RandomNumberGenerator
  ) throws {
    let network = YOLONetwork(configuration, classCount: classes.count)
    let preprocessing =
      preprocessing?.fixed(to: configuration.inputSize)
      ?? Preprocessing(inputSize: configuration.inputSize, normalization: configuration.normalization)
    var origin = origin
    origin.backbone = backbone?.fingerprint ?? origin.backbone
    let grid = GridNetwork(
      graph: network.graph, head: configuration.head(classCount: classes.count),
      predictionBiases: YOLOConfiguration.strides.indices.map(network.predictionBias))
    try self.init(
      grid, loss: configuration.loss, classes: classes, preprocessing: preprocessing, origin: origin,
      precision: precision, using: &generator
    ) { parameters in
      try ModelFile(
        architecture: YOLODetector.architecture, configuration: configuration, classes: classes,
        preprocessing: preprocessing, parameters: parameters)
    }
    try backbone?.replaceBackbone(in: &parameters)
  }

  /// Draws nothing.
  public func trainingStep(
    images: [RGBImage], targets: [[LabelledBox]], generator: SeededGenerator
  ) throws -> TrainingStepResult {
    let batch = ImageBatch(images, preprocessing: preprocessing)
    let plan = try plan(batchSize: images.count)
    let outputs = try plan.forward(parameters: parameters, filling: batch.write)
    let value = loss(
      outputs: outputs, targets: targets, inputWidth: inputSize.width, inputHeight: inputSize.height)
    let losses = [
      LossTerm(name: "box", value: value.box), LossTerm(name: "objectness", value: value.objectness),
      LossTerm(name: "class", value: value.classification),
    ]
    guard value.total.isFinite else {
      return TrainingStepResult(
        losses: losses, gradients: ParameterStore(), firstNonFiniteTensor: try plan.firstNonFiniteLayer() ?? "loss")
    }
    let gradients = try plan.backward(value.gradients)
    plan.updateRunningStatistics(in: &parameters)
    return TrainingStepResult(losses: losses, gradients: gradients)
  }

  public func makeDetector(parameters: ParameterStore, options: ModelOptions) throws -> any Detector {
    try YOLODetector(
      graph: graph, head: .grid(head), classes: classes, parameters: parameters, preprocessing: preprocessing,
      options: options)
  }

  public func writeModel(
    parameters: ParameterStore, to path: String, metrics: [String: Double], trainingDataHash: String
  ) throws {
    var file = try makeFile(parameters)
    file.provenance.note(origin, metrics: metrics, trainingDataHash: trainingDataHash)
    try file.write(to: path)
  }

  private func plan(batchSize: Int) throws -> TrainingPlan {
    if let plan, plan.inputShape[0] == batchSize { return plan }
    let size = inputSize
    let made = try TrainingPlan(
      graph, inputShape: [batchSize, 3, size.height, size.width], precision: precision)
    plan = made
    return made
  }
}
