import DetectionUtilities
import Detectors
import ImageCodecs
import NeuralNetwork
import Tensors

/// The single-stage detector in training: one batch in, losses and gradients out.
public final class TrainableYOLO: TrainableDetector {
  public let configuration: YOLOConfiguration
  public let classes: [ModelFile.Label]
  public var parameters: ParameterStore
  public var parameterSpecifications: [ParameterSpecification] { graph.parameters }
  public var inputSize: ImageSize { configuration.inputSize }

  private let graph: Graph
  private let loss: YOLOLoss
  private let preprocessing: Preprocessing
  private let initialBackbone: String?
  private var plan: TrainingPlan?

  /// Starts from random weights, or from a backbone that another detector has trained.
  ///
  /// Throws a `ModelFileError` where the backbone is another network's.
  /// - Precondition: the configuration has anchors for each of the three maps.
  public init(
    _ configuration: YOLOConfiguration, classes: [ModelFile.Label], backbone: BackboneWeights? = nil,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let network = YOLONetwork(configuration, classCount: classes.count)
    self.configuration = configuration
    self.classes = classes
    graph = network.graph
    preprocessing = Preprocessing(inputSize: configuration.inputSize)
    loss = YOLOLoss(head: configuration.head(classCount: classes.count), configuration: configuration.loss)
    parameters = graph.initialParameters(using: &generator)
    let head = configuration.head(classCount: classes.count)
    for level in YOLOConfiguration.strides.indices {
      let biases = head.initialBiases(level: level)
      parameters[network.predictionBias(level: level)] = Tensor(shape: [biases.count], values: biases)
    }
    initialBackbone = backbone?.fingerprint
    try backbone?.replaceBackbone(in: &parameters)
    try graph.check(parameters)
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

  public func makeDetector(parameters: ParameterStore) throws -> any Detector {
    try YOLODetector(
      configuration, classes: classes, parameters: parameters, preprocessing: preprocessing)
  }

  public func writeModel(
    parameters: ParameterStore, to path: String, metrics: [String: Double], trainingDataHash: String
  ) throws {
    try ModelFile(
      architecture: YOLODetector.architecture, configuration: configuration, classes: classes,
      preprocessing: preprocessing, parameters: parameters, metrics: metrics, trainingDataHash: trainingDataHash,
      initialBackbone: initialBackbone
    ).write(to: path)
  }

  private func plan(batchSize: Int) throws -> TrainingPlan {
    if let plan, plan.inputShape[0] == batchSize { return plan }
    let size = configuration.inputSize
    let made = try TrainingPlan(graph, inputShape: [batchSize, 3, size.height, size.width])
    plan = made
    return made
  }
}
