import ComputeGraph
import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import Tensors
import Testing

@Suite struct SemanticHeadTests {
  private static func configuration() -> FasterRCNNConfiguration {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.masks.isPredicted = true
    (configuration.masks.channels, configuration.masks.samplesPerImage) = (16, 4)
    configuration.semantics.isPredicted = true
    configuration.semantics.channels = 16
    configuration.semantics.classes = [ModelFile.Label(name: "sky", id: 20), ModelFile.Label(name: "grass", id: 30)]
    return configuration
  }

  private static func mask(_ x: Range<Int>, _ y: Range<Int>) -> RunLengthMask {
    RunLengthMask(width: 64, height: 64, inside: x.map { $0 * 64 + y.lowerBound..<$0 * 64 + y.upperBound })
  }

  private static func stuff(_ index: Int, _ x: Range<Int>, _ y: Range<Int>) -> LabelledBox {
    LabelledBox(
      box: BoundingBox(
        x1: Double(x.lowerBound), y1: Double(y.lowerBound), x2: Double(x.upperBound), y2: Double(y.upperBound)),
      classIndex: index, mask: mask(x, y), isStuff: true)
  }

  /// A thing lies on the stuff behind it, in whatever order they come; the last row is of nobody.
  @Test func labelsAreThingsOnStuff() {
    var thing = labelled(0, 0, 2, 2)
    thing.mask = Self.mask(0..<2, 0..<2)
    let labels = StuffTarget(size: ImageSize(width: 64, height: 64)).labels(
      of: [thing, Self.stuff(1, 0..<64, 0..<63)])
    #expect(labels[0, 0] == 0 && labels[1, 1] == 0)
    #expect(labels[2, 0] == 2 && labels[0, 2] == 2)
    #expect(labels[5, 63] == LabelMap.ignored)
  }

  /// One loss more, half of log 3 for scores that are all alike; stuff is no object for the other losses.
  @Test func stuffIsOneMoreLoss() throws {
    let configuration = Self.configuration()
    func losses(_ targets: [LabelledBox]) throws -> [LossTerm] {
      var generator = SeededGenerator(seed: 4)
      let detector = try TrainableFasterRCNN(configuration, classes: TwoRectangles.classes, using: &generator)
      detector.parameters.scale("semantic.scores.weight", by: 0)
      let result = try detector.trainingStep(
        images: [TwoRectangles.image], targets: [targets], generator: SeededGenerator(seed: 7))
      #expect(result.gradients["semantic.2.0.0.weight"] != nil)
      return result.losses
    }
    let alone = try losses(TwoRectangles.targets)
    #expect(alone.map(\.name) == ["objectness", "proposal", "class", "box", "mask", "semantic"])
    #expect(alone[5].value == 0)
    let with = try losses(TwoRectangles.targets + [Self.stuff(0, 0..<64, 0..<64)])
    #expect(abs(with[5].value - 0.549) < 0.01)
    #expect(with.prefix(4) == alone.prefix(4))
  }

  /// The network's labels come with its detections, and make a segmentation together.
  @Test func detectionsAndStuffBecomeSegments() throws {
    let configuration = Self.configuration()
    var parameters = wildParameters(configuration)
    // Grass everywhere.
    parameters.scale("semantic.scores.weight", by: 0)
    parameters.update("semantic.scores.bias") { $0[2] = 1 }
    var options = ModelOptions()
    options.detection = DetectionOptions(confidence: 0.01, iou: 0.5, maximumDetections: 5)
    let detector = try FasterRCNNDetector(
      configuration, classes: TwoRectangles.classes, parameters: parameters,
      preprocessing: Preprocessing(inputSize: configuration.inputSize), options: options)
    let image = SourceImage(RGBImage(size: ImageSize(width: 100, height: 50), color: (90, 90, 90)))
    let both = try detector.predictWithStuff(image).value
    #expect(both.detections == (try detector.predict(image).value))
    #expect(both.stuff == LabelMap(size: ImageSize(width: 100, height: 50), repeating: 2))
    var merger = PanopticMerger()
    (merger.minimumScore, merger.minimumStuffArea) = (0.01, 1)
    let panoptic = PanopticSegmenter(detector, merger: merger)
    #expect(panoptic.classNames == ["red", "blue", "sky", "grass"])
    let segmentation = try panoptic.predict(image).value
    #expect(segmentation.segments.last?.classIndex == 3)
    #expect(segmentation.segments.dropLast().allSatisfy { $0.classIndex < 2 })
    #expect(!segmentation.ids.contains(0))
  }

  @Test func aModelFileKeepsTheClassesOfStuff() throws {
    let folder = try TwoStageFolder()
    var generator = SeededGenerator(seed: 4)
    let detector = try TrainableFasterRCNN(Self.configuration(), classes: TwoRectangles.classes, using: &generator)
    let path = folder.path("model.safetensors")
    try detector.writeModel(parameters: detector.parameters, to: path, metrics: [:], trainingDataHash: "")
    let opened = try FasterRCNNDetector(ModelFile(contentsOf: path), path: path)
    #expect(opened.stuffClasses == Self.configuration().semantics.classes)
  }
}
