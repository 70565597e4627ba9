import FasterRCNN
import ImageCodecs
import Models
import Training

extension ModelCatalog {
  /// Times the stages of a two-stage detector on an image: a model file, or a configuration (YAML) with random weights.
  ///
  /// Throws an error that names the file and what was expected.
  public static func stageBenchmarks(
    _ name: String, classCount: Int, precision: RequestedPrecision? = nil, image: RGBImage, options: [TwoStageOptions],
    runs: Int
  ) throws -> [StageBenchmark] {
    var (architecture, model) =
      ConfigurationFile.isNamed(by: name)
      ? try untrainedModel(ConfigurationFile.read(name, over: RunConfiguration()), path: name, classCount: classCount)
      : try twoStageModel(LoadedModel(contentsOf: name))
    if let precision { model = try model.computed(in: precision) }
    return try options.map {
      try architecture.stageBenchmark(of: model, image: image, options: $0, runs: runs)
    }
  }

  private typealias TwoStageModel = (any TwoStageArchitecture.Type, LoadedModel)

  private static func twoStageModel(_ model: LoadedModel) throws -> TwoStageModel {
    (try twoStageArchitecture(named: model.file.architecture, path: model.path), model)
  }

  private static func untrainedModel(
    _ run: RunConfiguration, path: String, classCount: Int
  ) throws -> TwoStageModel {
    func file<Architecture: TwoStageArchitecture>(_ architecture: Architecture.Type) throws -> ModelFile {
      try architecture.untrainedModel(run[architecture], classCount: classCount, seed: run.training.seed)
    }
    let architecture = try twoStageArchitecture(named: run.detector.rawValue, path: path)
    return (architecture, LoadedModel(try file(architecture), path: path))
  }

  private static func twoStageArchitecture(
    named name: String, path: String
  ) throws(ModelFileError) -> any TwoStageArchitecture.Type {
    guard let found = twoStageArchitectures.first(where: { $0.name == name }) else {
      throw .architecture(path: path, found: name, known: twoStageArchitectures.map { $0.name })
    }
    return found
  }
}

extension ConfigurationFile {
  /// Whether a name is that of a YAML file, by its extension.
  static func isNamed(by name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }
}
