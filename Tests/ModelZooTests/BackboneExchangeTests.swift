import Classification
import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Testing
import Training
import YOLO

/// A backbone that one family trained goes on in the other.
struct BackboneExchangeTests {
  private let classes = [ModelFile.Label(name: "thing", id: 1)]

  private func yolo(
    channels: Int = 16, depth: Int = 18, backbone: BackboneWeights? = nil, seed: UInt64 = 1
  ) throws -> TrainableYOLO {
    var configuration = YOLOConfiguration()
    configuration.inputSize = ImageSize(width: 64, height: 64)
    configuration.backbone = .init(depth: depth == 18 ? .resNet18 : .resNet34, widthMultiplier: 0.125)
    configuration.pyramidChannels = channels
    configuration.headConvolutions = 1
    configuration.anchorsPerLevel = 1
    configuration.anchors = [16.0, 24, 48].map { [AnchorSize(width: $0, height: $0)] }
    var generator = SeededGenerator(seed: seed)
    return try TrainableYOLO(configuration, classes: classes, backbone: backbone, using: &generator)
  }

  private func fasterRCNN(
    channels: Int = 16, finestStride: Int = 8, hasNormalization: Bool = true, backbone: BackboneWeights? = nil,
    seed: UInt64 = 2
  ) throws -> TrainableFasterRCNN {
    var configuration = FasterRCNNConfiguration()
    configuration.inputSize = ImageSize(width: 64, height: 64)
    configuration.backbone.widthMultiplier = 0.125
    configuration.pyramid.channels = channels
    configuration.pyramid.finestStride = finestStride
    configuration.pyramid.hasNormalization = hasNormalization
    configuration.regions.poolingSize = 3
    configuration.regions.width = 16
    configuration.regions.samplesPerImage = 8
    var generator = SeededGenerator(seed: seed)
    return try TrainableFasterRCNN(configuration, classes: classes, backbone: backbone, using: &generator)
  }

  /// One step on one picture, so that weights and statistics are no longer those of the start.
  private func train(_ detector: some TrainableDetector) throws {
    var image = RGBImage(size: ImageSize(width: 64, height: 64), color: (90, 120, 90))
    image.fillRectangle(x: 10, y: 12, width: 30, height: 20, color: RGBColor(red: 240, green: 20, blue: 30))
    let target = LabelledBox(box: BoundingBox(x1: 10, y1: 12, x2: 40, y2: 32), classIndex: 0)
    let result = try detector.trainingStep(images: [image], targets: [[target]])
    var optimiser = AdamW()
    optimiser.step(
      parameters: &detector.parameters, gradients: result.gradients, specifications: detector.parameterSpecifications,
      learningRate: 0.01)
  }

  private func backbone(_ detector: some TrainableDetector) -> BackboneWeights {
    BackboneWeights(of: detector.parameters, source: "source.safetensors")
  }

  @Test func goesFromOneFamilyToTheOtherAndBack() throws {
    let first = try yolo()
    let untrained = backbone(first).fingerprint
    try train(first)
    #expect(backbone(first).fingerprint != untrained)

    let second = try fasterRCNN(backbone: backbone(first))
    #expect(backbone(second).fingerprint == backbone(first).fingerprint)
    #expect(backbone(second).fingerprint != backbone(try fasterRCNN()).fingerprint)
    // The head is the network's own.
    let head = "roi_heads.box_predictor.cls_score.weight"
    #expect(second.parameters[head] == (try fasterRCNN()).parameters[head])

    try train(second)
    let third = try yolo(backbone: backbone(second), seed: 3)
    #expect(backbone(third).fingerprint == backbone(second).fingerprint)
    #expect(backbone(third).fingerprint != backbone(first).fingerprint)
    try train(third)
  }

  @Test func theModelFileNamesTheBackboneThatTrainingStartedFrom() throws {
    let path = FileManager.default.temporaryDirectory.path + "/peregrine-" + UUID().uuidString + ".safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = try yolo()
    try first.writeModel(parameters: first.parameters, to: path, metrics: [:], trainingDataHash: "")
    let saved = try BackboneWeights(contentsOf: path)
    #expect(saved.fingerprint == backbone(first).fingerprint)
    let second = try fasterRCNN(backbone: saved)
    try train(second)
    try second.writeModel(parameters: second.parameters, to: path, metrics: [:], trainingDataHash: "")
    let file = try ModelFile(contentsOf: path)
    #expect(file.provenance.initialBackbone == saved.fingerprint)
    #expect(BackboneWeights(of: file.parameters, source: path).fingerprint != saved.fingerprint)
  }

  /// A classifier's trunk starts a detector, whose feature pyramid stays random.
  @Test func aClassifiersTrunkStartsADetector() throws {
    let path = FileManager.default.temporaryDirectory.path + "/peregrine-" + UUID().uuidString + ".safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var run = RunConfiguration()
    run.detector = ArchitectureChoice(ClassificationArchitecture.self)
    run.training.seed = 9
    run.classifier.network = .resNet18
    run.classifier.widthMultiplier = 0.125
    run.classifier.mean = [0.4, 0.5, 0.6]
    let labels = ["a", "b"].enumerated().map { ModelFile.Label(name: $1, id: $0) }
    let classifier = try ModelCatalog.trainableClassifier(run, classes: labels)
    try classifier.writeModel(parameters: classifier.parameters, to: path, metrics: [:], trainingDataHash: "")
    let trunk = try ModelCatalog.backboneWeights(model: path)
    #expect(trunk.preprocessing?.mean == [0.4, 0.5, 0.6] && trunk.preprocessing?.resize == .letterbox)
    let detector = try yolo(backbone: trunk)
    let name = "layer2.0.conv1.weight"
    #expect(detector.parameters["backbone.body.\(name)"] == classifier.parameters[name])
    let pyramid = "backbone.fpn.inner_blocks.0.0.weight"
    #expect(detector.parameters[pyramid] == (try yolo()).parameters[pyramid])
    #expect(throws: ModelFileError.self) { try yolo(depth: 34, backbone: trunk) }

    run.classifier.network = .lectures
    run.classifier.widthMultiplier = 1
    let plain = try ModelCatalog.trainableClassifier(run, classes: labels)
    try plain.writeModel(parameters: plain.parameters, to: path, metrics: [:], trainingDataHash: "")
    let error = #expect(throws: ModelFileError.self) { try ModelCatalog.backboneWeights(model: path) }
    #expect(error?.description.contains("is no detector's backbone") == true)
  }

  @Test(arguments: ["channels", "stride", "normalization", "depth"])
  func anotherBackboneIsRefused(kind: String) throws {
    let (source, names): (BackboneWeights, [String]) =
      switch kind {
      case "channels": (backbone(try yolo(channels: 24)), ["wants backbone.fpn.inner_blocks.", " as 16×", " has 24×"])
      case "depth": (backbone(try yolo(depth: 34)), ["the backbone has backbone.body.layer1.2"])
      case "stride": (backbone(try fasterRCNN(finestStride: 4)), ["wants backbone.fpn.inner_blocks."])
      default:
        (backbone(try fasterRCNN(hasNormalization: false)), ["wants backbone.fpn.inner_blocks.", "has nothing"])
      }
    for make in [{ _ = try yolo(backbone: source) }, { _ = try fasterRCNN(backbone: source) }] as [() throws -> Void] {
      let error = #expect(throws: ModelFileError.self) { try make() }
      let text = error?.description ?? ""
      #expect(text.hasPrefix("source.safetensors: the weights do not fit"), "\(text)")
      for name in names { #expect(text.contains(name), "\(text)") }
    }
  }
}
