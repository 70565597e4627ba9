import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// A classifier in training: one batch in, loss and gradients out.
public final class TrainableImageClassifier: TrainableClassifier {
  public let classes: [ModelFile.Label]
  public var parameters: ParameterStore
  public var parameterSpecifications: [ParameterSpecification] { graph.parameters }
  public var inputSize: ImageSize { preprocessing.inputSize }

  private let configuration: ClassifierConfiguration
  private let graph: Graph
  private let loss: SoftTargetLoss
  private let preprocessing: Preprocessing
  private let origin: TrainingOrigin
  private let precision: TrainingPrecision
  private var plan: TrainingPlan?

  /// Starts from random weights.
  ///
  /// - Parameters:
  ///   - preprocessing: how images come in, at the configuration's size; nil for what the configuration says.
  ///   - origin: what the model file will say of where the weights came from.
  ///   - precision: in which numbers the network computes.
  /// - Precondition: the configuration is valid.
  public init(
    _ configuration: ClassifierConfiguration, classes: [ModelFile.Label], preprocessing: Preprocessing? = nil,
    origin: TrainingOrigin = TrainingOrigin(), precision: TrainingPrecision = .float32,
    using generator: inout some RandomNumberGenerator
  ) throws {
    try ClassifierConfiguration.check(classCount: classes.count)
    self.configuration = configuration
    self.classes = classes
    self.preprocessing =
      preprocessing.flatMap {
        $0.channelCount == configuration.inputChannels ? $0.fixed(to: configuration.inputSize) : nil
      }
      ?? configuration.preprocessing
    self.origin = origin
    self.precision = precision
    loss = SoftTargetLoss(smoothing: configuration.labelSmoothing)
    graph = configuration.graph(classCount: classes.count)
    parameters = graph.initialParameters(using: &generator)
    scaleInitialWeights()
  }

  /// Brings the weights to variance 2 / fan-in (He et al. 2015, equation 10), those of the logits to 1 / (9 fan-in): a layer of
  /// many inputs and few outputs would begin with logits far from 0.
  private func scaleInitialWeights() {
    let weights = graph.parameters.filter { $0.role == .weight }
    for specification in weights {
      let shape = specification.shape
      let area = shape.rank == 4 ? shape[2] * shape[3] : 1
      let (fanOut, fanIn) = (shape[0] * area, shape[1] * area)
      let isLast = specification.name == weights.last?.name
      let factor = (Double(fanOut) / Double(fanIn) / (isLast ? 18 : 1)).squareRoot()
      parameters.update(specification.name) { tensor in
        tensor.withUnsafeMutableBufferPointer { values in
          for index in values.indices { values[index] *= Float(factor) }
        }
      }
    }
  }

  /// Draws what dropout leaves out.
  public func trainingStep(
    images: [RGBImage], targets: [ClassTarget], generator: SeededGenerator
  ) throws -> TrainingStepResult {
    let batch = ImageBatch(images, preprocessing: preprocessing)
    let plan = try plan(batchSize: images.count)
    plan.drawDropout(from: generator)
    let logits = try plan.forward(parameters: parameters, filling: batch.write)[0]
    let value = loss.valueAndGradient(logits.withUnsafeBufferPointer { Array($0) }, targets: targets)
    let losses = [LossTerm(name: "class", value: value.value)]
    guard value.value.isFinite else {
      return TrainingStepResult(
        losses: losses, gradients: ParameterStore(), firstNonFiniteTensor: try plan.firstNonFiniteLayer() ?? "loss")
    }
    let gradients = try plan.backward([Tensor(shape: logits.shape, values: value.gradient)])
    plan.updateRunningStatistics(in: &parameters)
    return TrainingStepResult(losses: losses, gradients: gradients)
  }

  public func makeClassifier(parameters: ParameterStore, options: ModelOptions) throws -> any Classifier {
    try ImageClassifier(
      configuration, classes: classes, parameters: parameters, preprocessing: preprocessing, options: options)
  }

  public func writeModel(
    parameters: ParameterStore, to path: String, metrics: [String: Double], trainingDataHash: String
  ) throws {
    var file = try ModelFile(
      architecture: ImageClassifier.architecture, configuration: configuration, classes: classes,
      preprocessing: preprocessing, parameters: parameters)
    file.provenance.note(origin, metrics: metrics, trainingDataHash: trainingDataHash)
    try file.write(to: path)
  }

  private func plan(batchSize: Int) throws -> TrainingPlan {
    if let plan, plan.inputShape[0] == batchSize { return plan }
    let size = inputSize
    let made = try TrainingPlan(
      graph, inputShape: [batchSize, configuration.inputChannels, size.height, size.width], precision: precision)
    plan = made
    return made
  }
}
