import Backbones
import Foundation
import Models
import Training

/// A training run as its YAML file in `Configs/` says it: which detector, and how it is trained.
public struct RunConfiguration: Codable, Sendable {
  /// The architecture of the detector; its own section configures it.
  public var detector = ArchitectureChoice.standard
  public var training = TrainingConfiguration()
  /// By their keys; an architecture that is missing here has its defaults.
  private var sections: [String: any Codable & Sendable] = [:]

  public init() {}

  /// The section of an architecture.
  public subscript<Architecture: ModelArchitecture>(_: Architecture.Type) -> Architecture.Configuration {
    get { sections[Architecture.section] as? Architecture.Configuration ?? Architecture.defaultConfiguration }
    set { sections[Architecture.section] = newValue }
  }

  /// The settings of the detector that is trained, by key path.
  public func detectorSettings() throws -> [String: String] {
    func settings<Architecture: ModelArchitecture>(_ architecture: Architecture.Type) throws -> [String: String] {
      try ConfigurationFile.settings(of: self[architecture])
    }
    return try settings(detector.architecture)
  }
}

extension RunConfiguration {
  /// `detector`, every architecture's section, `training`: in files as here.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    static let detector = Key(stringValue: "detector")
    static let training = Key(stringValue: "training")
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func read<Architecture: ModelArchitecture>(_ architecture: Architecture.Type) throws {
      self[architecture] = try values.decode(
        Architecture.Configuration.self, forKey: Key(stringValue: Architecture.section))
    }
    detector = try values.decode(ArchitectureChoice.self, forKey: .detector)
    for architecture in ModelCatalog.architectures { try read(architecture) }
    training = try values.decode(TrainingConfiguration.self, forKey: .training)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    func write<Architecture: ModelArchitecture>(_ architecture: Architecture.Type) throws {
      try values.encode(self[architecture], forKey: Key(stringValue: Architecture.section))
    }
    try values.encode(detector, forKey: .detector)
    for architecture in ModelCatalog.architectures { try write(architecture) }
    try values.encode(training, forKey: .training)
  }
}

extension RunConfiguration {
  /// The settings of a model, from which those of its fine-tuning start.
  ///
  /// Throws a `ModelFileError` for a model that this program does not know.
  public init(startingFrom model: LoadedModel) throws {
    if model.file.architecture == ModelFile.backboneArchitecture {
      try use(Self.backbone(of: model))
      return
    }
    let architecture = try ModelCatalog.architecture(of: model)
    detector = ArchitectureChoice(architecture)
    try start(architecture, from: model)
  }

  private mutating func start<Architecture: ModelArchitecture>(
    _ architecture: Architecture.Type, from model: LoadedModel
  ) throws {
    if let configuration = try architecture.configuration(of: model) { self[architecture] = configuration }
  }

  private static func backbone(of model: LoadedModel) throws -> BackboneConfiguration {
    guard let backbone = try? JSONDecoder().decode(BackboneConfiguration.self, from: model.file.configuration) else {
      throw ModelFileError.metadata(
        path: model.path, key: "peregrine.configuration", problem: "is not a backbone of this version")
    }
    return backbone
  }

  private mutating func use(_ backbone: BackboneConfiguration) {
    func set<Architecture: ModelArchitecture>(_ architecture: Architecture.Type) {
      architecture.use(backbone, in: &self[architecture])
    }
    for architecture in ModelCatalog.architectures { set(architecture) }
  }
}

/// One of the architectures of ``ModelCatalog``, by the name that a user writes.
public struct ArchitectureChoice: ConfigurationChoice, Hashable {
  public let architecture: any ModelArchitecture.Type

  /// - Precondition: the architecture is in the catalog, or a configuration that names it cannot be read again.
  public init(_ architecture: any ModelArchitecture.Type) { self.architecture = architecture }

  public init?(rawValue: String) {
    guard let found = ModelCatalog.architectures.first(where: { $0.name == rawValue }) else { return nil }
    architecture = found
  }

  public var rawValue: String { architecture.name }
  public static var allCases: [ArchitectureChoice] { ModelCatalog.architectures.map(ArchitectureChoice.init) }
  /// Of a configuration that names none: the catalog's first.
  static var standard: ArchitectureChoice { allCases[0] }

  public static func == (a: ArchitectureChoice, b: ArchitectureChoice) -> Bool { a.rawValue == b.rawValue }
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
