import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// A segmenter in training: one batch in, loss and gradients out.
public final class TrainableImageSegmenter: TrainableSegmenter {
  public let classes: [ModelFile.Label]
  public var parameters: ParameterStore
  public var parameterSpecifications: [ParameterSpecification] { graph.parameters }
  public var inputSize: ImageSize { preprocessing.inputSize }

  private let configuration: SegmenterConfiguration
  private let graph: Graph
  private let loss: SegmentationLoss
  /// Nil where the loss has none.
  private let borderWeights: BorderWeights?
  private let preprocessing: Preprocessing
  private let origin: TrainingOrigin
  private let precision: TrainingPrecision
  private var plan: TrainingPlan?

  /// Starts from random weights.
  ///
  /// - Parameters:
  ///   - pixelCounts: by class, of the training labels, for the classes' weights.
  ///   - preprocessing: whose mean and deviation images are given, those of the weights that training starts from; nil for what
  ///     the configuration says.
  ///   - origin: what the model file will say of where the weights came from.
  ///   - precision: in which numbers the network computes.
  /// - Precondition: the configuration is valid.
  public init(
    _ configuration: SegmenterConfiguration, classes: [ModelFile.Label], pixelCounts: [Int],
    preprocessing: Preprocessing? = nil, origin: TrainingOrigin = TrainingOrigin(),
    precision: TrainingPrecision = .float32, using generator: inout some RandomNumberGenerator
  ) throws {
    try SegmenterConfiguration.check(classCount: classes.count)
    precondition(pixelCounts.count == classes.count, "a count of pixels for every class")
    self.configuration = configuration
    self.classes = classes
    var own = configuration.preprocessing
    if let preprocessing, preprocessing.channelCount == configuration.inputChannels {
      (own.mean, own.standardDeviation) = (preprocessing.mean, preprocessing.standardDeviation)
    }
    self.preprocessing = own
    self.origin = origin
    self.precision = precision
    loss = SegmentationLoss(
      configuration.loss, classWeights: configuration.loss.classWeights.weights(pixelCounts: pixelCounts))
    borderWeights = try Self.borderWeights(configuration.loss.border, classes: classes)
    graph = configuration.graph(classCount: classes.count, isTraining: true)
    parameters = graph.initialParameters(using: &generator)
    prepareInitialWeights()
  }

  private static func borderWeights(
    _ configuration: BorderWeightConfiguration, classes: [ModelFile.Label]
  ) throws(SegmenterConfigurationError) -> BorderWeights? {
    guard configuration.weight > 0 else { return nil }
    guard let cells = classes.firstIndex(where: { $0.name == configuration.cells }) else {
      throw SegmenterConfigurationError(
        key: "loss.border.cells",
        expected: "one of the classes \(classes.map(\.name).joined(separator: ", ")), not \(configuration.cells)")
    }
    return BorderWeights(configuration, cellClass: UInt8(cells))
  }

  /// Brings weights to variance 2 / fan-in (He et al. 2015, equation 10), those of layers that give scores to a ninth of
  /// 1 / fan-in: they begin near 0. Doublings begin as bilinear interpolation (Long et al. 2015, section 3.3).
  private func prepareInitialWeights() {
    let classCount = classes.count
    for node in graph.nodes {
      guard let layer = node.operation as? ConvolutionOperation else { continue }
      if SkipFCN.isDoubling(layer.weight) {
        parameters[layer.weight] = Tensor(
          shape: layer.geometry.weightShape, values: SkipFCN.bilinearWeights(classCount: classCount))
        continue
      }
      let geometry = layer.geometry
      let taps = geometry.kernelHeight * geometry.kernelWidth
      let fanOut = geometry.weightShape[0] * taps
      let stride = geometry.isTransposed ? geometry.stride : 1
      let fanIn = geometry.inputChannels / geometry.groups * taps / (stride * stride)
      let givesScores =
        geometry.outputChannels == classCount && layer.bias != nil && geometry.kernelHeight == 1
        && !layer.weight.hasPrefix("backbone.")
      let factor = Float((Double(fanOut) / Double(fanIn) / (givesScores ? 18 : 1)).squareRoot())
      parameters.update(layer.weight) { tensor in
        tensor.withUnsafeMutableBufferPointer { values in
          for index in values.indices { values[index] *= factor }
        }
      }
    }
  }

  /// Draws what dropout leaves out. Of a network whose result is the middle of its input the middle of the labels counts; cells
  /// beyond it count for the weights of borders.
  public func trainingStep(
    images: [RGBImage], targets: [LabelMap], generator: SeededGenerator
  ) throws -> TrainingStepResult {
    let batch = ImageBatch(images, preprocessing: preprocessing)
    let plan = try plan(batchSize: images.count)
    plan.drawDropout(from: generator)
    let scores = try plan.forward(parameters: parameters, filling: batch.write)
    let margin = configuration.outputMargin
    let labels = targets.map { $0.cropped(margin: margin) }
    let added = borderWeights.map { border in targets.map { border.weights(of: $0, margin: margin) } }
    var losses: [LossTerm] = []
    var gradients: [Tensor] = []
    for (position, scores) in scores.enumerated() {
      let isAuxiliary = position > 0
      let value = loss.valueAndGradient(
        scores, labels: labels, addedWeights: added, weight: isAuxiliary ? configuration.loss.auxiliary : 1)
      losses += value.losses.map {
        LossTerm(name: isAuxiliary ? "auxiliary.\($0.name)" : $0.name, value: $0.value)
      }
      gradients.append(value.gradient)
    }
    guard losses.allSatisfy(\.value.isFinite) else {
      return TrainingStepResult(
        losses: losses, gradients: ParameterStore(), firstNonFiniteTensor: try plan.firstNonFiniteLayer() ?? "loss")
    }
    let result = try plan.backward(gradients)
    plan.updateRunningStatistics(in: &parameters)
    return TrainingStepResult(losses: losses, gradients: result)
  }

  public func makeSegmenter(parameters: ParameterStore, options: ModelOptions) throws -> any Segmenter {
    try ImageSegmenter(
      configuration, classes: classes, parameters: parameters, preprocessing: preprocessing, options: options)
  }

  public func writeModel(
    parameters: ParameterStore, to path: String, metrics: [String: Double], trainingDataHash: String
  ) throws {
    var file = try ModelFile(
      architecture: ImageSegmenter.architecture, configuration: configuration, classes: classes,
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
