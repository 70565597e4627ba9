import ComputeGraph
import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Models
import Tensors
import Testing

/// A two-stage detector that went through a file.
struct FasterRCNNModelFileTests {
  private let options = ModelOptions(
    detection: DetectionOptions(confidence: 1e-4, iou: 0.6, maximumDetections: 20))

  private func file(_ configuration: FasterRCNNConfiguration = .tiny(), text: String? = nil) throws -> ModelFile {
    ModelFile(
      architecture: FasterRCNNDetector.architecture,
      configuration: try text.map { Data($0.utf8) } ?? JSONEncoder().encode(configuration),
      classes: TwoRectangles.classes, preprocessing: Preprocessing(inputSize: configuration.inputSize),
      provenance: ModelFile.Provenance(), parameters: wildParameters(.tiny()))
  }

  @Test func comesBackFromAFile() throws {
    let folder = try TwoStageFolder()
    let path = folder.path("model.safetensors")
    var generator = SeededGenerator(seed: 4)
    let trainable = try TrainableFasterRCNN(.tiny(), classes: TwoRectangles.classes, using: &generator)
    let parameters = wildParameters(.tiny())
    try trainable.writeModel(parameters: parameters, to: path, metrics: ["AP": 0.25], trainingDataHash: "abc")
    let file = try ModelFile(contentsOf: path)
    #expect(file.architecture == "faster-rcnn" && file.classes == TwoRectangles.classes)
    #expect(file.provenance.metrics == ["AP": 0.25] && file.provenance.trainingDataHash == "abc")
    #expect(file.provenance.initialBackbone == nil)
    #expect(file.parameters.fingerprint == parameters.fingerprint)
    #expect(try FasterRCNNDetector.configuration(of: file, path: path) == .tiny())
    let read = try FasterRCNNDetector(file, path: path, options: options).detect([TwoRectangles.image])
    let made = try trainable.makeDetector(parameters: parameters, options: options).detect([TwoRectangles.image])
    #expect(read == made && !made[0].isEmpty)
  }

  @Test(arguments: TwoStageMethod.allCases) func runsAsTheOptionsSay(method: TwoStageMethod) throws {
    let detector = try FasterRCNNDetector(
      file(), path: "model", twoStage: TwoStageOptions(method: method, proposals: .random, count: 7, seed: 3),
      options: options)
    let (first, times) = try detector.detect(SourceImage(TwoRectangles.image))
    #expect(times.regionCount == 7)
    #expect(try detector.detect([TwoRectangles.image])[0] == first)
    let other = try FasterRCNNDetector(
      file(), path: "model", twoStage: TwoStageOptions(method: method, proposals: .random, count: 7, seed: 4),
      options: options)
    // Only the sources that draw look at the seed.
    let second = try other.detect([TwoRectangles.image])[0]
    #expect((second == first) == (method == .fasterRCNN))
  }

  @Test(arguments: [0, -1, 100_001]) func refusesACountThatCannotBe(count: Int) throws {
    let file = try file()
    let error = #expect(throws: FasterRCNNConfigurationError.self) {
      try FasterRCNNDetector(file, path: "model", twoStage: TwoStageOptions(method: .fastRCNN, count: count))
    }
    #expect(error?.key == "proposals.count")
  }

  @Test func aFileOfProposalsThatIsMissingIsAnError() throws {
    let file = try file()
    let options = TwoStageOptions(method: .rCNN, proposals: .file(path: "/nowhere/boxes.json"))
    #expect(throws: ProposalError.self) { try FasterRCNNDetector(file, path: "model", twoStage: options) }
    // Faster R-CNN needs none.
    _ = try FasterRCNNDetector(
      file, path: "model", twoStage: TwoStageOptions(proposals: .file(path: "/nowhere/boxes.json")))
  }

  @Test(arguments: ["nonsense", "{}", "[]", ""]) func refusesWhatIsNoConfiguration(text: String) throws {
    let file = try file(text: text)
    let error = #expect(throws: ModelFileError.self) { try FasterRCNNDetector(file, path: "a/model") }
    #expect(
      error?.description.hasPrefix("a/model: the model's metadata peregrine.configuration is not a Faster") == true)
  }

  @Test func refusesAConfigurationThatCannotBe() throws {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.regions.poolingSize = -7
    let file = try file(configuration)
    let error = #expect(throws: ModelFileError.self) { try FasterRCNNDetector(file, path: "model") }
    #expect(error?.description.contains("regions.poolingSize: expected 1 to 32") == true)
    // The input size is the preprocessing's.
    var odd = try self.file()
    odd.preprocessing.inputSize = ImageSize(width: 50, height: 64)
    let other = #expect(throws: ModelFileError.self) { try FasterRCNNDetector(odd, path: "model") }
    #expect(other?.description.contains("inputSize") == true)
  }

  @Test func refusesTheWeightsOfAnotherConfiguration() throws {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.regions.width = 48
    let file = try file(configuration)
    #expect(throws: GraphError.self) { try FasterRCNNDetector(file, path: "model") }
  }

  @Test func benchmarksEveryStage() throws {
    let benchmark = try StageBenchmark.measure(
      file(), path: "model", image: TwoRectangles.image,
      options: TwoStageOptions(method: .fastRCNN, proposals: .slidingWindows), runs: 3)
    #expect(benchmark.runs == 3 && benchmark.method == .fastRCNN && benchmark.times.regionCount == 30)
    #expect(benchmark.times.trunk > 0 && benchmark.times.proposals == 0)
    let folder = try TwoStageFolder()
    let path = folder.path("stages.json")
    try StageBenchmark.write([benchmark], to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"method\" : \"fast-r-cnn\"") && text.contains("\"regions\" : 30"))
  }
}
