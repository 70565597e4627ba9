import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import Tensors
import Testing
import Training

struct TrainableFasterRCNNTests {
  private func detector(seed: UInt64 = 4) throws -> TrainableFasterRCNN {
    var generator = SeededGenerator(seed: seed)
    return try TrainableFasterRCNN(.tiny(), classes: TwoRectangles.classes, using: &generator)
  }

  private func step(
    _ detector: TrainableFasterRCNN, _ targets: [LabelledBox] = TwoRectangles.targets, seed: UInt64 = 0
  ) throws -> TrainingStepResult {
    try detector.trainingStep(
      images: [TwoRectangles.image], targets: [targets], generator: SeededGenerator(seed: seed))
  }

  private func expectFinite(_ result: TrainingStepResult) {
    #expect(result.firstNonFiniteTensor == nil)
    #expect(result.losses.allSatisfy { $0.value.isFinite })
    #expect(result.gradients.count > 0)
    for name in result.gradients.names {
      #expect(result.gradients[name]?.values.allSatisfy(\.isFinite) == true, "\(name)")
    }
  }

  @Test func aStepMovesStatisticsAndLeavesWeights() throws {
    let detector = try detector()
    let before = detector.parameters
    let result = try step(detector)
    expectFinite(result)
    #expect(result.losses.map(\.name) == ["objectness", "proposal", "class", "box"])
    for specification in detector.parameterSpecifications {
      let name = specification.name
      #expect((detector.parameters[name] == before[name]) == specification.isTrainable, "\(name)")
      #expect((result.gradients[name] != nil) == specification.isTrainable, "\(name)")
    }
  }

  @Test func aNewNetworkKnowsNothing() throws {
    let losses = try step(detector()).losses
    // log 2 of every anchor, log 3 of every region; the predictors are small, not zero.
    #expect(abs(losses[0].value - 0.693) < 0.05 && abs(losses[2].value - 1.099) < 0.2)
  }

  /// Log 2 of every cell of a mask; objects without masks have none to learn.
  @Test func masksAreOneMoreLoss() throws {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.masks.isPredicted = true
    (configuration.masks.channels, configuration.masks.samplesPerImage) = (16, 4)
    var generator = SeededGenerator(seed: 4)
    let detector = try TrainableFasterRCNN(configuration, classes: TwoRectangles.classes, using: &generator)
    let masked = TwoRectangles.targets.map { object in
      let columns = Int(object.box.x1)..<Int(object.box.x2)
      let runs = columns.map { $0 * 64 + Int(object.box.y1)..<$0 * 64 + Int(object.box.y2) }
      return LabelledBox(
        box: object.box, classIndex: object.classIndex, mask: RunLengthMask(width: 64, height: 64, inside: runs))
    }
    let result = try step(detector, masked)
    expectFinite(result)
    #expect(result.losses.map(\.name) == ["objectness", "proposal", "class", "box", "mask"])
    #expect(abs(result.losses[4].value - 0.693) < 0.05)
    #expect(try step(detector).losses[4].value == 0)
    for specification in detector.parameterSpecifications where specification.isTrainable {
      #expect(result.gradients[specification.name] != nil, "\(specification.name)")
    }
    // In use every detection has pixels within its image.
    let options = ModelOptions(detection: DetectionOptions(confidence: 0.01, iou: 0.5, maximumDetections: 5))
    let found = try detector.makeDetector(parameters: wildParameters(configuration), options: options)
      .predict(SourceImage(TwoRectangles.image)).value
    #expect(!found.isEmpty)
    for detection in found {
      let mask = try #require(detection.mask)
      #expect(mask.width == 64 && mask.height == 64)
    }
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let (first, second) = (try step(detector()), try step(detector()))
    #expect(first.losses == second.losses)
    #expect(first.gradients.names == second.gradients.names)
    #expect(first.gradients.fingerprint == second.gradients.fingerprint)
    // A plan that has run before starts from nothing.
    let detector = try detector()
    let parameters = detector.parameters
    _ = try step(detector, [labelled(1, 1, 60, 20, 1)], seed: 7)
    detector.parameters = parameters
    #expect(try step(detector).gradients.fingerprint == first.gradients.fingerprint)
  }

  @Test func anotherSeedDrawsOthers() throws {
    let detector = try detector()
    func regions(_ seed: UInt64) throws -> [RegionSample] {
      try detector.samples(
        images: [TwoRectangles.image], targets: [TwoRectangles.targets], generator: SeededGenerator(seed: seed)
      ).regions
    }
    let (once, again, other) = (try regions(1), try regions(1), try regions(2))
    #expect(once == again && once != other)
    let (first, second) = (try step(detector, seed: 1), try step(detector, seed: 2))
    #expect(first.losses != second.losses)
  }

  @Test func theWaySamplesAreGivenIsTheWayTheyAreDrawn() throws {
    let detector = try detector()
    let images = [TwoRectangles.image]
    let samples = try detector.samples(
      images: images, targets: [TwoRectangles.targets], generator: SeededGenerator(seed: 3))
    let before = detector.parameters.fingerprint
    let given = try detector.step(images: images, samples: samples)
    #expect(detector.parameters.fingerprint == before)
    let drawn = try step(detector, seed: 3)
    #expect(given.losses == drawn.losses && given.gradients.fingerprint == drawn.gradients.fingerprint)
  }

  @Test func anImageWithoutObjectsLearnsBackground() throws {
    let result = try step(detector(), [])
    expectFinite(result)
    #expect(result.losses[0].value > 0 && result.losses[1].value == 0)
    #expect(result.losses[2].value > 0 && result.losses[3].value == 0)
  }

  @Test func aBatchMayMixImagesWithAndWithoutObjects() throws {
    let detector = try detector()
    let images = [TwoRectangles.image, TwoRectangles.picture(of: [], side: 64)]
    let targets: [[LabelledBox]] = [TwoRectangles.targets, []]
    let samples = try detector.samples(images: images, targets: targets, generator: SeededGenerator(seed: 1))
    #expect(samples.anchors.count == 2 && samples.regions.count == 32)
    #expect(!samples.anchors[0].positives.isEmpty && samples.anchors[1].positives.isEmpty)
    #expect(samples.regions.map(\.region.image) == Array(repeating: 0, count: 16) + Array(repeating: 1, count: 16))
    #expect(samples.regions.prefix(16).contains { $0.object != nil && $0.isCounted })
    #expect(samples.regions.suffix(16).allSatisfy { $0.object == nil })
    expectFinite(try detector.trainingStep(images: images, targets: targets))
  }

  @Test func theProposalNetworkIsTrainedOnEveryMap() throws {
    let detector = try detector()
    let samples = try detector.samples(
      images: [TwoRectangles.image], targets: [TwoRectangles.targets], generator: SeededGenerator(seed: 1))
    // 16×16 cells of three anchors, then 8×8, 4×4, 2×2 and one.
    let starts = [0, 768, 960, 1008, 1020, 1023]
    for (start, end) in zip(starts, starts.dropFirst()).prefix(3) {
      #expect(samples.anchors[0].negatives.contains { $0 >= start && $0 < end }, "\(start)")
    }
  }

  /// Boxes of a picture may be thinner than a cell, or as large as the input.
  @Test(arguments: [
    labelled(30, 30, 30.01, 30.01), labelled(0, 31.9968, 64, 32.0032), labelled(0, 0, 64, 64), labelled(5, 7, 5, 9),
    labelled(63.9, 63.9, 64, 64, 1),
  ])
  func boxesOfAnyFormAreLearnt(target: LabelledBox) throws {
    expectFinite(try step(detector(), [target]))
  }

  @Test(arguments: [
    ImageSize(width: 5, height: 3), ImageSize(width: 1, height: 1), ImageSize(width: 10_000, height: 1),
    ImageSize(width: 1, height: 10_000),
  ])
  func picturesOfAnyFormAreLearnt(size: ImageSize) throws {
    let transform = ImageTransform(source: size, target: ImageSize(width: 64, height: 64), policy: .letterbox)
    let (x1, y1) = transform.toTarget(x: 0, y: 0)
    let (x2, y2) = transform.toTarget(x: Double(size.width), y: Double(size.height))
    let image = transform.apply(to: RGBImage(size: size, color: (200, 30, 60)))
    expectFinite(
      try detector().trainingStep(images: [image, image], targets: [[labelled(x1, y1, x2, y2)], []]))
  }

  @Test(arguments: [
    "rpn.head.cls_logits.weight", "roi_heads.box_predictor.cls_score.bias",
    "roi_heads.box_predictor.bbox_pred.weight",
  ])
  func namesTheLayerThatBecomesNaN(name: String) throws {
    let detector = try detector()
    detector.parameters.update(name) { tensor in
      for index in 0..<tensor.elementCount { tensor[index] = .nan }
    }
    let before = detector.parameters["backbone.body.bn1.running_mean"]
    let result = try step(detector)
    let layer = name.split(separator: ".").dropLast().joined(separator: ".")
    #expect(result.firstNonFiniteTensor?.hasPrefix(layer) == true, "\(result.firstNonFiniteTensor ?? "none")")
    #expect(result.gradients.count == 0)
    #expect(result.losses.contains { !$0.value.isFinite })
    // A step that failed leaves the statistics as they were.
    #expect(detector.parameters["backbone.body.bn1.running_mean"] == before)
  }

  /// A ReLU turns NaN into 0, so the losses are finite; the gradients are not, which stops a training run.
  @Test func numbersLostBehindAReLUShowInTheGradients() throws {
    let detector = try detector()
    detector.parameters.update("backbone.fpn.layer_blocks.0.0.weight") { $0[0] = .nan }
    let result = try step(detector)
    #expect(result.gradients.names.contains { result.gradients[$0]?.values.contains { !$0.isFinite } == true })
  }

  @Test func learnsTwoImages() throws {
    let trainable = try detector()
    let others = [labelled(30, 4, 58, 20, 1), labelled(10, 34, 30, 58, 0)]
    let images = [TwoRectangles.image, TwoRectangles.picture(of: others, side: 64)]
    let targets = [TwoRectangles.targets, others]
    var optimiser = AdamW(weightDecay: 0)
    var totals: [Float] = []
    let steps = 150
    for step in 0..<steps {
      let result = try trainable.trainingStep(
        images: images, targets: targets, generator: SeededGenerator(seed: 1, stream: [UInt64(step)]))
      totals.append(result.losses.reduce(0) { $0 + $1.value })
      // The rate falls, so that the running statistics catch up with the weights.
      optimiser.step(
        parameters: &trainable.parameters, gradients: result.gradients,
        specifications: trainable.parameterSpecifications,
        learningRate: 0.004 * Float(steps - step) / Float(steps))
    }
    let last = totals.suffix(10).reduce(0, +) / 10
    #expect(last < totals[0] / 4, "\(totals[0]) to \(last)")
    let detections = try trainable.makeDetector(parameters: trainable.parameters, options: ModelOptions())
      .detect(images)
    for (image, targets) in targets.enumerated() {
      for target in targets {
        let best = detections[image].filter { $0.classIndex == target.classIndex }
          .map { $0.box.iou(with: target.box) }.max()
        #expect((best ?? 0) > 0.5, "\(target): \(detections[image])")
      }
      #expect(detections[image].count < 10)
    }
  }
}
