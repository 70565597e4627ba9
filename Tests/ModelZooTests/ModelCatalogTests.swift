import ComputeGraph
import Datasets
import DetectionUtilities
import FasterRCNN
import FolderTesting
import Foundation
import ImageCodecs
import ModelStorage
import ModelZoo
import Models
import Testing
import Training
import YOLO

struct ModelCatalogTests {
  private let dataset = LabelledDataset(
    classes: [ObjectClass(id: 17, name: "cat"), ObjectClass(id: 18, name: "dog")],
    images: [
      LabelledImage(
        id: 1, path: "/a.png", size: ImageSize(width: 64, height: 64),
        objects: [
          LabelledObject(annotationID: 1, box: BoundingBox(x1: 0, y1: 0, x2: 8, y2: 8), classIndex: 0),
          LabelledObject(annotationID: 2, box: BoundingBox(x1: 0, y1: 0, x2: 20, y2: 20), classIndex: 1),
          LabelledObject(annotationID: 3, box: BoundingBox(x1: 0, y1: 0, x2: 50, y2: 50), classIndex: 1),
        ])
    ])

  private func configuration() -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.yolo.inputSize = ImageSize(width: 64, height: 64)
    configuration.yolo.backbone.widthMultiplier = 0.25
    configuration.yolo.pyramidChannels = 16
    configuration.yolo.headConvolutions = 1
    configuration.yolo.anchorsPerLevel = 1
    return configuration
  }

  @Test func aTrainedDetectorIsOpenedAgain() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    var configuration = configuration()
    let trainable = try ModelCatalog.trainable(&configuration, dataset: dataset)
    #expect(configuration.yolo.anchors.map { $0.map(\.width) } == [[8], [20], [50]])
    try trainable.writeModel(
      parameters: trainable.parameters, to: path, metrics: ["AP": 0.5], trainingDataHash: "hash")

    let options = ModelOptions(detection: DetectionOptions(confidence: 0.0001))
    let detector = try ModelCatalog.detector(model: path, options: options)
    #expect(detector.classNames == ["cat", "dog"])
    #expect(detector.classIDs == [17, 18])
    #expect(detector.inputSize == ImageSize(width: 64, height: 64))
    let image = RGBImage(size: ImageSize(width: 70, height: 50), color: (200, 100, 50))
    let direct = try trainable.makeDetector(parameters: trainable.parameters, options: options)
    let found = try detector.detect([image])
    #expect(!found[0].isEmpty)
    #expect(try found == direct.detect([image]))

    let model = try LoadedModel(contentsOf: path)
    #expect(model.file.provenance.metrics == ["AP": 0.5])
    #expect(Set(model.file.parameters.names) == Set(trainable.parameters.names))
    let networks = try ModelCatalog.networks(of: model)
    #expect(networks.inputSize == ImageSize(width: 64, height: 64) && networks.all.count == 1)
    #expect(networks.image.outputNames == ["raw.0", "raw.1", "raw.2"])
    let description = try NetworkDescription.open(path, classCount: 1)
    #expect(description.facts.first == "architecture: yolo")
    #expect(description.facts.contains("classes: 17 cat, 18 dog"))
    #expect(description.facts.contains("training data: hash"))
    #expect(description.inputShape(batch: 2, side: nil) == [2, 3, 64, 64])
    #expect(description.inputShape(batch: 1, side: 96) == [1, 3, 96, 96])
  }

  @Test func anUnknownArchitectureIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    try ModelFile(
      architecture: "abacus", configuration: Data("{}".utf8), classes: [ModelFile.Label(name: "cat", id: 1)],
      preprocessing: Preprocessing(inputSize: ImageSize(width: 64, height: 64)),
      provenance: ModelFile.Provenance(), parameters: ParameterStore()
    ).write(to: path)
    for open in [
      { _ = try ModelCatalog.detector(model: path) },
      { _ = try ModelCatalog.networks(of: LoadedModel(contentsOf: path)) },
    ] {
      let error = #expect(throws: ModelFileError.self) { try open() }
      #expect(error?.description == "\(path): unknown detector 'abacus'; this program knows yolo, faster-rcnn, darknet")
    }
  }

  @Test func familiesHaveNamesOfTheirOwn() {
    let names = ModelCatalog.architectures.flatMap { [$0.name] + $0.headlessModels.keys }
    #expect(Set(names).count == names.count && !names.contains(ModelFile.backboneArchitecture))
    #expect(Set(ModelCatalog.architectures.map { $0.section }).count == ModelCatalog.architectures.count)
    #expect(
      ModelCatalog.lineage.map { "\($0.name) \($0.year)" }
        == ["R-CNN 2014", "Fast R-CNN 2015", "Faster R-CNN 2015", "YOLO 2016"])
  }

  @Test func onlyATwoStageDetectorIsRunInOtherWays() throws {
    let error = #expect(throws: ModelFileError.self) {
      try ModelCatalog.detector(model: .builtIn, twoStage: TwoStageOptions())
    }
    let text = error?.description ?? ""
    #expect(text.hasSuffix("sees an image in one stage; expected a two-stage detector (faster-rcnn)"), "\(text)")
  }

  @Test func anInvalidConfigurationIsRefused() {
    var configuration = configuration()
    configuration.yolo.inputSize.width = 63
    #expect(throws: YOLOConfigurationError.self) {
      try ModelCatalog.networks(configuration, classCount: 2)
    }
    #expect(throws: YOLOConfigurationError.self) {
      try ModelCatalog.trainable(&configuration, dataset: dataset)
    }
  }

  @Test(arguments: [(18, 512), (34, 512), (50, 2048)])
  func backbonesAreKnownByName(depth: Int, channels: Int) throws {
    let description = try NetworkDescription.open("resnet\(depth)")
    #expect(description.inputShape(batch: 1, side: nil) == [1, 3, 320, 320])
    let plan = try description.graph.costs(input: [1, 3, 64, 64])
    #expect(plan.last?.output == [1, channels, 2, 2])
  }

  @Test func aYAMLFileIsAConfiguration() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tiny.yaml")
    try ConfigurationFile.write(configuration(), to: path)
    let description = try NetworkDescription.open(path, classCount: 4)
    #expect(description.inputSize == ImageSize(width: 64, height: 64))
    #expect(description.parameters["head.0.prediction.bias"]?.shape == [9])
    #expect(description.trainingBatchSize == 16)
  }

  @Test func whatIsNothingIsAMissingFile() {
    let error = #expect(throws: SafeTensorsError.self) { try NetworkDescription.open("resnet19", classCount: 1) }
    #expect(error?.kind == .missing)
  }
}
