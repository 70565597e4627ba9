import ComputeGraph
import FasterRCNN
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Testing
import Training
import YOLO

struct RunConfigurationTests {
  private func keys(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.hasPrefix(" ") && !$0.hasPrefix("-") }.compactMap {
      $0.split(separator: ":").first
    }
  }

  @Test func everyFamilyHasItsSectionInTheOrderOfTheList() throws {
    let text = try ConfigurationFile.text(of: RunConfiguration())
    #expect(text.hasPrefix("detector: yolo\nyolo:\n"))
    #expect(keys(text) == ["detector", "yolo", "fasterRCNN", "darknet", "classifier", "segmenter", "training"])
    #expect(
      ModelCatalog.architectures.map { $0.section } == ["yolo", "fasterRCNN", "darknet", "classifier", "segmenter"])
  }

  @Test func sectionsAreReadAndWrittenApart() throws {
    var configuration = RunConfiguration()
    configuration.detector = ArchitectureChoice(FasterRCNNArchitecture.self)
    configuration.fasterRCNN.proposals.count = 77
    configuration.yolo.headConvolutions = 3
    configuration.darknet.cfg = "a.cfg"
    let text = try ConfigurationFile.text(of: configuration)
    let again = try ConfigurationFile.decode(text, over: RunConfiguration())
    #expect(again.detector.rawValue == "faster-rcnn")
    #expect(again.detector == configuration.detector)
    #expect(again.fasterRCNN == configuration.fasterRCNN && again.yolo == configuration.yolo)
    #expect(again.darknet == configuration.darknet)
    #expect(try again.detectorSettings()["proposals.count"] == "77")
    #expect(try ConfigurationFile.text(of: again) == text)
  }

  @Test(arguments: [
    (
      "detector: abacus\n",
      "a.yaml:1: detector: expected one of yolo, faster-rcnn, darknet, classifier, segmenter, found \"abacus\""
    ),
    ("\nfasterRCN: {}\n", "a.yaml:2: unknown key \"fasterRCN\"; did you mean \"fasterRCNN\"?"),
    ("yolo:\n  pyramidChanels: 3\n", "a.yaml:2: unknown key \"pyramidChanels\"; did you mean \"pyramidChannels\"?"),
    ("darknet:\n  cfg: [1]\n", "a.yaml:2: darknet.cfg: expected one value, found a list"),
  ])
  func whatIsUnknownIsNamed(_ text: String, _ message: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile.decode(text, path: "a.yaml", over: RunConfiguration())
    }
    #expect(error?.description == message)
  }

  private func file(_ architecture: String, _ configuration: some Encodable) throws -> LoadedModel {
    LoadedModel(
      try ModelFile(
        architecture: architecture, configuration: configuration, classes: [ModelFile.Label(name: "cat", id: 1)],
        preprocessing: Preprocessing(inputSize: ImageSize(width: 64, height: 64)), parameters: ParameterStore()),
      path: "a.safetensors")
  }

  @Test func fineTuningStartsFromTheModelsSettings() throws {
    var settings = FasterRCNNConfiguration()
    settings.proposals.count = 12
    let run = try RunConfiguration(startingFrom: file("faster-rcnn", settings))
    #expect(run.detector.rawValue == "faster-rcnn" && run.fasterRCNN.proposals.count == 12)
    #expect(run.fasterRCNN.inputSize == ImageSize(width: 64, height: 64))
    // Whatever the network is, it stays with the model.
    for name in ["darknet", "darknet-network"] {
      let run = try RunConfiguration(startingFrom: file(name, ""))
      #expect(run.detector.rawValue == "darknet" && run.darknet.cfg.isEmpty)
    }
    let error = #expect(throws: ModelFileError.self) { try RunConfiguration(startingFrom: file("abacus", "")) }
    #expect(error?.description.contains("knows yolo, faster-rcnn, darknet") == true)
  }

  @Test func aBackboneIsThatOfEveryFamilyThatHasOne() throws {
    var backbone = YOLOConfiguration().backbone
    backbone.widthMultiplier = 0.25
    let run = try RunConfiguration(startingFrom: file(ModelFile.backboneArchitecture, backbone))
    #expect(run.detector.rawValue == "yolo")
    #expect(run.yolo.backbone == backbone && run.fasterRCNN.backbone == backbone)
    #expect(throws: ModelFileError.self) {
      try RunConfiguration(startingFrom: file(ModelFile.backboneArchitecture, "none"))
    }
  }
}
