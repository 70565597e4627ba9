import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import Testing

/// A two-stage detector whose input follows the image's shape.
struct VaryingSizesTests {
  private let options = DetectionOptions(confidence: 1e-4, iou: 0.6, maximumDetections: 20)
  private let preprocessing = Preprocessing(
    inputSize: ImageSize(width: 96, height: 64), resize: .shorterSide(60, longerAtMost: 90), antialias: false,
    mean: [0.4, 0.4, 0.4], standardDeviation: [0.3, 0.3, 0.3])

  private func detector(
    _ mode: TwoStageMode = .fasterRCNN, configuration: FasterRCNNConfiguration = .tiny()
  ) throws -> FasterRCNNDetector {
    try FasterRCNNDetector(
      configuration, classes: TwoRectangles.classes, parameters: wildParameters(configuration),
      preprocessing: preprocessing, mode: mode, options: ModelOptions(detection: options))
  }

  /// Padded: 64×64, 96×64, 64×96, 96×32, 32×96.
  private let images = [(64, 64), (90, 60), (60, 90), (90, 20), (30, 200)].map { width, height in
    var image = RGBImage(size: ImageSize(width: width, height: height), color: (90, 120, 150))
    image.fillRectangle(
      x: width / 4, y: height / 4, width: width / 2, height: height / 3,
      color: RGBColor(red: 230, green: 30, blue: 30))
    return image
  }

  @Test func anImageGetsTheSameAnswerWhateverWasSeenBefore() throws {
    let detector = try detector()
    let first = try images.map { try detector.detect([$0])[0] }
    #expect(first.allSatisfy { !$0.isEmpty })
    // By now the first sizes have been dropped.
    for (image, expected) in zip(images, first) {
      #expect(try detector.detect([image])[0] == expected)
      #expect(try self.detector().detect([image])[0] == expected)
    }
    #expect(try detector.detect(images) == first)
    #expect(detector.decodingSize == nil)
  }

  @Test func boxesLieInTheImage() throws {
    let windows: RegionSource.Proposals = { image in
      try ProposalProvider(.slidingWindows).proposals(for: image, count: 30, seed: 0)
    }
    for mode in [TwoStageMode.rCNN(windows), .fastRCNN(windows), .fasterRCNN] {
      let detector = try detector(mode)
      var count = 0
      for image in images {
        let found = try detector.detect([image])[0]
        let frame = BoundingBox(x1: 0, y1: 0, x2: Double(image.width), y2: Double(image.height))
        #expect(found.allSatisfy { $0.box.isValid && $0.box.clipped(width: frame.x2, height: frame.y2) == $0.box })
        count += found.count
      }
      #expect(count > 0)
    }
  }

  @Test func aFewSizesStayCompiled() throws {
    let configuration = FasterRCNNConfiguration.tiny()
    let stages = try CompiledFasterRCNN(
      configuration, classCount: 2, parameters: wildParameters(configuration), mode: .fasterRCNN, sizesVary: true)
    var times = StageTimes()
    #expect(stages.compiledSizeCount == 0)
    for (width, count) in [(32, 1), (64, 2), (32, 2), (96, 3), (128, 3), (32, 3)] {
      let features = try stages.computeFeatures(
        inputSize: ImageSize(width: width, height: 64), filling: { $0.update(repeating: 0.5) }, times: &times)
      #expect(features.proposals?.levels[0].objectness.shape[3] == width / 4)
      #expect(stages.compiledSizeCount == count)
    }
  }

  /// Proposals and detections end where the image does, not where the padding does.
  @Test func proposalsAreClippedToTheImage() throws {
    let configuration = FasterRCNNConfiguration.tiny()
    let stages = try CompiledFasterRCNN(
      configuration, classCount: 2, parameters: wildParameters(configuration), mode: .fasterRCNN, sizesVary: true)
    var times = StageTimes()
    let features = try stages.computeFeatures(filling: { $0.update(repeating: 0.5) }, times: &times)
    let proposals = ProposalStage(.proposalNetwork, configuration: configuration)
      .select(try #require(features.proposals), within: ImageSize(width: 40, height: 50))
    #expect(proposals.map(\.x2).max() == 40 && proposals.map(\.y2).max() == 50)
  }

  @Test func aLetterboxIsCompiledOnce() throws {
    let configuration = FasterRCNNConfiguration.tiny()
    let stages = try CompiledFasterRCNN(
      configuration, classCount: 2, parameters: wildParameters(configuration), mode: .fasterRCNN)
    var times = StageTimes()
    for _ in 0..<2 { _ = try stages.computeFeatures(filling: { $0.update(repeating: 0.5) }, times: &times) }
    #expect(stages.compiledSizeCount == 1)
  }

  /// The weights come in as an imported detector's would; training goes on at one size.
  @Test func trainsOverAMobileNet() throws {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.backbone = .init(.mobileNetV3Small, widthMultiplier: 0.25)
    configuration.pyramid.finestStride = 32
    configuration.pyramid.hasNormalization = false
    configuration.proposals.anchorSizes = [[12, 20], [32, 40], [48, 64]]
    configuration.proposals.convolutions = 2
    configuration.proposals.minimumScore = 0.05
    configuration.regions.convolutions = 1
    try configuration.validate()
    var generator = SeededGenerator(seed: 4)
    let trainable = try TrainableFasterRCNN(
      configuration, classes: TwoRectangles.classes, preprocessing: preprocessing, using: &generator)
    let result = try trainable.trainingStep(images: [TwoRectangles.image], targets: [TwoRectangles.targets])
    #expect(result.firstNonFiniteTensor == nil && result.losses.allSatisfy { $0.value.isFinite })
    for parameter in trainable.parameterSpecifications where parameter.isTrainable {
      let values = try #require(result.gradients[parameter.name]).values
      #expect(values.allSatisfy { $0.isFinite }, "\(parameter.name)")
    }
    // The first layer learns: the gradient has come all the way.
    #expect(result.gradients["backbone.body.0.0.weight"]?.values.contains { $0 != 0 } == true)
    #expect(result.gradients["rpn.head.conv.1.0.weight"]?.values.contains { $0 != 0 } == true)
    let detector = try trainable.makeDetector(parameters: trainable.parameters, options: ModelOptions())
    #expect(detector.inputSize == configuration.inputSize && detector.decodingSize == configuration.inputSize)
    #expect(try detector.detect([TwoRectangles.image]).count == 1)
  }
}
