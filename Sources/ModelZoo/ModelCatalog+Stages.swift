import DetectionUtilities
import Detectors
import FasterRCNN
import ImageCodecs
import Training

extension ModelCatalog {
  /// Times the stages of a two-stage detector on an image: a model file, or a configuration (YAML) with random weights.
  ///
  /// Throws an error that names the file and what was expected.
  public static func stageBenchmarks(
    _ name: String, classCount: Int, image: RGBImage, options: [TwoStageOptions], runs: Int
  ) throws -> [StageBenchmark] {
    let file = try twoStageModel(name, classCount: classCount)
    return try options.map { try StageBenchmark.measure(file, path: name, image: image, options: $0, runs: runs) }
  }

  private static func twoStageModel(_ name: String, classCount: Int) throws -> ModelFile {
    guard name.hasSuffix(".yaml") || name.hasSuffix(".yml") else {
      let file = try ModelFile(contentsOf: name)
      guard file.architecture == FasterRCNNDetector.architecture else {
        throw ModelFileError.architecture(
          path: name, found: file.architecture, known: [FasterRCNNDetector.architecture])
      }
      return file
    }
    let run = try ConfigurationFile.read(name, over: RunConfiguration())
    let configuration = run.fasterRCNN
    guard run.detector == .fasterRCNN else {
      throw ModelFileError.architecture(
        path: name, found: run.detector.rawValue, known: [FasterRCNNDetector.architecture])
    }
    try configuration.validate()
    var generator = SeededGenerator(seed: run.training.seed)
    return try ModelFile(
      architecture: FasterRCNNDetector.architecture, configuration: configuration,
      classes: (1...classCount).map { ModelFile.Label(name: "class \($0)", id: $0) },
      preprocessing: Preprocessing(inputSize: configuration.inputSize),
      parameters: FasterRCNNNetwork(configuration, classCount: classCount).initialParameters(using: &generator))
  }
}
