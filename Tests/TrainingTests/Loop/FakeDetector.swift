import ComputeGraph
import DetectionUtilities
import Foundation
import ImageCodecs
import ModelStorage
import Models
import Tensors
import Training

/// A detector of three weights that fits ½(w − mean pixel − class)², with a running mean, so that every step depends
/// on the parameters and the batch.
final class FakeDetector: TrainableDetector, Detector {
  let classNames = ["thing"]
  let inputSize: ImageSize
  let parameterSpecifications = [
    ParameterSpecification(name: "w", shape: [3], role: .weight),
    ParameterSpecification(name: "b", shape: [1], role: .bias),
    ParameterSpecification(name: "mean", shape: [1], role: .runningMean),
  ]
  var parameters = ParameterStore()
  /// Steps done by this object; called before each with its number from 0.
  var onStep: (Int) -> Void = { _ in }
  var badLossAtStep: Int?
  var badGradientAtStep: Int?
  var badActivationAtStep: Int?
  private(set) var stepCount = 0
  private(set) var stepImages: [[UInt8]] = []

  init(inputSize: ImageSize = ImageSize(width: 2, height: 1)) {
    self.inputSize = inputSize
    parameters["w"] = Tensor(shape: [3], values: [0.5, -0.25, 3])
    parameters["b"] = Tensor(shape: [1], values: [0.125])
    parameters["mean"] = Tensor(shape: [1], values: [0])
  }

  func trainingStep(
    images: [RGBImage], targets: [[LabelledBox]], generator: SeededGenerator
  ) throws -> TrainingStepResult {
    onStep(stepCount)
    defer { stepCount += 1 }
    stepImages.append(images.map { $0.pixels[0] })
    let target = Float(images.map { Int($0.pixels[0]) }.reduce(0, +)) / Float(255 * images.count)
    let weights = parameters["w"]?.values ?? []
    let differences = weights.enumerated().map { $0.element - target * Float($0.offset + 1) }
    parameters.update("mean") { $0[0] = 0.9 * $0[0] + 0.1 * target }
    var gradients = ParameterStore()
    gradients["w"] = Tensor(shape: [3], values: stepCount == badGradientAtStep ? [1, .nan, 1] : differences)
    gradients["b"] = Tensor(shape: [1], values: [target])
    return TrainingStepResult(
      losses: [
        LossTerm(name: "box", value: differences.reduce(0) { $0 + $1 * $1 / 2 }),
        LossTerm(name: "class", value: stepCount == badLossAtStep ? .infinity : target),
      ], gradients: gradients, firstNonFiniteTensor: stepCount == badActivationAtStep ? "conv1" : nil)
  }

  func predict(_ image: SourceImage) -> TimedPrediction<[Detection]> {
    TimedPrediction([], seconds: StageSeconds())
  }

  func makeDetector(parameters: ParameterStore, options: ModelOptions) throws -> any Detector {
    let detector = FakeDetector()
    detector.parameters = parameters
    return detector
  }

  func writeModel(
    parameters: ParameterStore, to path: String, metrics: [String: Double], trainingDataHash: String
  ) throws {
    var metadata = metrics.mapValues { "\($0)" }
    metadata["hash"] = trainingDataHash
    try SafeTensorsFile.write(parameters, metadata: metadata, to: path)
  }
}
