import DetectionUtilities
import ImageCodecs
import Models
import NetworkPlans
import Tensors
import Testing
import Training
import YOLO

struct TrainableYOLOTests {
  private func detector(seed: UInt64 = 4) throws -> TrainableYOLO {
    var generator = SeededGenerator(seed: seed)
    return try TrainableYOLO(.tiny(), classes: TwoRectangles.classes, using: &generator)
  }

  @Test func aNewHeadThinksThatObjectsAreRare() throws {
    let detector = try detector()
    for level in 0..<3 {
      let bias = try #require(detector.parameters["head.\(level).prediction.bias"])
      #expect(bias.values.prefix(4).allSatisfy { $0 == 0 })
      // ln(0.01 / 0.99)
      #expect(bias.values.dropFirst(4).allSatisfy { abs($0 - -4.59512) < 1e-4 })
      #expect(bias.elementCount == 7)
    }
  }

  /// The gradient of the whole way, network and loss, along each tensor's own gradient, with the assignment frozen.
  @Test(arguments: [
    "backbone.body.conv1.weight", "backbone.body.layer2.0.downsample.0.weight", "backbone.body.layer4.1.bn2.weight",
    "backbone.fpn.inner_blocks.2.0.weight", "backbone.fpn.layer_blocks.0.1.bias", "head.0.0.conv.weight",
    "head.1.prediction.weight", "head.2.prediction.bias",
  ])
  func gradientsAgreeWithFiniteDifferences(name: String) throws {
    var configuration = YOLOConfiguration.tiny()
    // IoUs as targets and the trade-off of the CIoU are constants to the gradient, not to a difference.
    configuration.loss.scalesClassTargetByIoU = false
    configuration.loss.boxWeight = 0
    let graph = YOLONetwork(configuration, classCount: 2).graph
    let loss = YOLOLoss(head: configuration.head(classCount: 2), configuration: configuration.loss)
    var generator = SeededGenerator(seed: 11)
    var parameters = graph.initialParameters(using: &generator)
    let plan = try TrainingPlan(graph, inputShape: [2, 3, 64, 64])
    let images = Tensor(
      shape: [2, 3, 64, 64], values: (0..<2 * 3 * 64 * 64).map { _ in Float(generator.uniform(-1, 1)) })
    let targets = [TwoRectangles.targets, [labelled(10, 10, 40, 50, 1)]]
    let outputs = try plan.forward(images, parameters: parameters)
    let assignment = loss.assigner(outputs: outputs, targets: targets)
    #expect(assignment.positives.count >= 3)
    let gradients = try plan.backward(loss.value(outputs: outputs, targets: targets, assignment: assignment).gradients)
    let gradient = try #require(gradients[name]).values
    let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(norm > 1e-3)

    let origin = try #require(parameters[name])
    func value(at distance: Double) throws -> Double {
      parameters[name] = Tensor(
        shape: origin.shape,
        values: zip(origin.values, gradient).map { Float(Double($0) + distance * Double($1) / norm) })
      let value = loss.value(
        outputs: try plan.forward(images, parameters: parameters), targets: targets, assignment: assignment)
      return Double(value.total)
    }
    // Short enough for the loss to stay nearly straight, long enough for its last digits.
    let step = min(0.005, 0.05 / norm)
    let slope = try (value(at: step) - value(at: -step)) / (2 * step)
    #expect(abs(slope - norm) < 0.03 * norm + 2e-3, "slope \(slope), gradient \(norm)")
  }

  /// Trains on one image and returns the detector and the losses on the way.
  private func trained(steps: Int) throws -> (detector: TrainableYOLO, losses: [Float]) {
    let detector = try detector()
    var optimiser = AdamW(weightDecay: 0)
    var losses: [Float] = []
    for step in 0..<steps {
      let result = try detector.trainingStep(
        images: [TwoRectangles.image, TwoRectangles.image], targets: [TwoRectangles.targets, TwoRectangles.targets])
      #expect(result.losses.map(\.name) == ["box", "objectness", "class"])
      losses.append(result.losses.reduce(0) { $0 + $1.value })
      // The rate falls, so that the running statistics catch up with the weights.
      let rate = 0.005 * Float(steps - step) / Float(steps)
      optimiser.step(
        parameters: &detector.parameters, gradients: result.gradients,
        specifications: detector.parameterSpecifications, learningRate: rate)
    }
    return (detector, losses)
  }

  @Test func learnsOneImage() throws {
    let (trainable, losses) = try trained(steps: 250)
    let (first, last) = (try #require(losses.first), try #require(losses.last))
    #expect(last < first / 4, "\(first) to \(last)")
    let detector = try trainable.makeDetector(parameters: trainable.parameters, options: ModelOptions())
    let detections = try detector.detect([TwoRectangles.image])[0]
    for target in TwoRectangles.targets {
      let best = detections.filter { $0.classIndex == target.classIndex }.map { $0.box.iou(with: target.box) }.max()
      #expect((best ?? 0) > 0.6, "\(target): \(detections)")
    }
  }

  @Test func trainingIsRepeatable() throws {
    let (first, second) = (try trained(steps: 5), try trained(steps: 5))
    #expect(first.losses == second.losses)
    #expect(first.detector.parameters.names == second.detector.parameters.names)
    for name in first.detector.parameters.names {
      #expect(first.detector.parameters[name] == second.detector.parameters[name], "\(name)")
    }
    let other = try detector(seed: 5).parameters["backbone.body.conv1.weight"]
    #expect(try detector(seed: 4).parameters["backbone.body.conv1.weight"] != other)
  }

  @Test func aStepMovesStatisticsAndLeavesWeights() throws {
    let detector = try detector()
    let before = detector.parameters
    let result = try detector.trainingStep(images: [TwoRectangles.image], targets: [TwoRectangles.targets])
    #expect(result.firstNonFiniteTensor == nil)
    for specification in detector.parameterSpecifications {
      let name = specification.name
      #expect((detector.parameters[name] == before[name]) == specification.isTrainable, "\(name)")
      #expect((result.gradients[name] != nil) == specification.isTrainable, "\(name)")
    }
  }

  @Test func anImageWithoutObjectsLearnsBackground() throws {
    let result = try detector().trainingStep(images: [TwoRectangles.image], targets: [[]])
    #expect(result.losses[0].value == 0)
    #expect(result.losses[1].value > 0 && result.losses[1].value.isFinite)
    #expect(result.losses[2].value == 0)
  }

  @Test func namesTheLayerThatBecomesNaN() throws {
    let detector = try detector()
    // Behind the last ReLU, which turns NaN into 0.
    detector.parameters.update("head.1.prediction.weight") { $0[0] = .nan }
    let result = try detector.trainingStep(images: [TwoRectangles.image], targets: [TwoRectangles.targets])
    #expect(result.firstNonFiniteTensor?.hasPrefix("head.1.prediction") == true, "\(result)")
    #expect(result.gradients.count == 0)
    #expect(result.losses.contains { !$0.value.isFinite })
  }
}
