import ComputeGraph
import DetectionUtilities
import ImageCodecs

/// A model with its losses; all that the training loop knows of it.
public protocol TrainableModel<Target>: AnyObject {
  /// What is known of a training image.
  associatedtype Target: Sendable

  var parameterSpecifications: [ParameterSpecification] { get }
  /// All parameters, running statistics included.
  var parameters: ParameterStore { get set }
  /// Size of the images that ``trainingStep(images:targets:generator:)`` takes.
  var inputSize: ImageSize { get }

  /// Forward, loss and backward on one batch; updates the running statistics in `parameters`, leaves weights alone.
  ///
  /// - Parameters:
  ///   - images: every one of `inputSize`.
  ///   - targets: one an image; places in pixels of those images.
  ///   - generator: for what the step draws, such as the samples of a loss; one per step of a run, so that a resumed run
  ///     draws the same.
  func trainingStep(
    images: [RGBImage], targets: [Target], generator: SeededGenerator
  ) throws -> TrainingStepResult

  /// Writes the self-describing model file with these parameters.
  func writeModel(
    parameters: ParameterStore, to path: String, metrics: [String: Double], trainingDataHash: String) throws
}

extension TrainableModel {
  /// One step that draws the same whenever it is repeated.
  public func trainingStep(images: [RGBImage], targets: [Target]) throws -> TrainingStepResult {
    try trainingStep(images: images, targets: targets, generator: SeededGenerator(seed: 0))
  }
}

/// One named part of a loss, already weighted.
public struct LossTerm: Sendable, Hashable {
  public var name: String
  public var value: Float

  public init(name: String, value: Float) {
    self.name = name
    self.value = value
  }
}

/// The losses and gradients of one training step.
public struct TrainingStepResult: Sendable {
  /// The loss is their sum.
  public var losses: [LossTerm]
  /// By parameter name.
  public var gradients: ParameterStore
  /// The first layer whose output is not finite, when the loss is not.
  public var firstNonFiniteTensor: String?

  public init(losses: [LossTerm], gradients: ParameterStore, firstNonFiniteTensor: String? = nil) {
    self.losses = losses
    self.gradients = gradients
    self.firstNonFiniteTensor = firstNonFiniteTensor
  }
}
