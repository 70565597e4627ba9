import ComputeGraph
import Foundation
import ModelStorage
import NetworkPlans

/// A model on disk: one safetensors file whose metadata says everything that is needed to use it.
public struct ModelFile: Sendable {
  /// Version of the program that writes model files.
  public static let programVersion = "0.1.0"
  /// Version of the metadata; files of a newer one are refused.
  public static let formatVersion = 2
  /// What files without quantised weights say, which programs of that version read.
  private static let plainFormatVersion = 1

  /// What stands for the detector family in a file that holds a backbone alone, to start training from.
  public static let backboneArchitecture = "backbone"

  /// What classifiers are called in files.
  public static let classifierArchitecture = "classifier"
  /// What segmenters are called in files.
  public static let segmenterArchitecture = "segmenter"

  /// Of files that hold no detector.
  private static let architecturesWithoutClasses: Set = [backboneArchitecture, "darknet-network"]

  /// A class that a model knows.
  public struct Label: Codable, Hashable, Sendable {
    public var name: String
    /// The class's id in the training data, such as COCO's category id.
    public var id: Int

    public init(name: String, id: Int) {
      self.name = name
      self.id = id
    }
  }

  /// A file of another program that a model was imported from.
  public struct SourceFile: Codable, Hashable, Sendable {
    /// Without folders.
    public var name: String
    /// SHA-256 of its bytes, hexadecimal.
    public var sha256: String

    public init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// Where a model comes from and what it reached.
  public struct Provenance: Codable, Hashable, Sendable {
    /// The training set's fingerprint: a 64-bit FNV-1a digest of its image names, classes and boxes as 16 hexadecimal
    /// digits, which `LabelledDataset` computes; empty when unknown.
    public var trainingDataHash = ""
    /// Licence of the weights as their maker states it; empty when unstated.
    public var licence = ""
    public var programVersion = ""
    /// Fingerprint of the backbone that training started from; nil where it was random.
    public var initialBackbone: String?
    /// Fingerprint of the model whose matching parameters training started from.
    public var initialModel: String?
    /// What it was imported from; nil where it was trained here.
    public var sourceFiles: [SourceFile]?
    /// Measured metrics, such as "AP" and "AP50", as fractions.
    public var metrics: [String: Double] = [:]

    public init() {}
  }

  /// Detector family, such as "yolo".
  public var architecture: String
  /// The family's own configuration as JSON.
  public var configuration: Data
  public var classes: [Label]
  public var preprocessing: Preprocessing
  public var provenance: Provenance
  public var parameters: ParameterStore
  /// How it is computed in 8-bit integers; nil for a model in float32. Its weights are rounded accordingly.
  public var quantization: QuantizationRecipe?
  /// Whether a model in float32 is computed in bf16. A choice of whoever runs it, which no file holds.
  public var runsInBFloat16 = false

  public init(
    architecture: String, configuration: Data, classes: [Label], preprocessing: Preprocessing,
    provenance: Provenance, parameters: ParameterStore
  ) {
    self.architecture = architecture
    self.configuration = configuration
    self.classes = classes
    self.preprocessing = preprocessing
    self.provenance = provenance
    self.parameters = parameters
  }

  /// A model of this program, with the family's configuration.
  public init(
    architecture: String, configuration: some Encodable, classes: [Label], preprocessing: Preprocessing,
    parameters: ParameterStore
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var provenance = Provenance()
    provenance.programVersion = Self.programVersion
    self.init(
      architecture: architecture, configuration: try encoder.encode(configuration), classes: classes,
      preprocessing: preprocessing, provenance: provenance, parameters: parameters)
  }

  /// Reads a model file.
  ///
  /// Throws a `SafeTensorsError` for a file that is not safetensors, a ``ModelFileError`` for one that is not a
  /// model of this program.
  public init(contentsOf path: String) throws {
    try ModelFileError.checkKind(of: path)
    try self.init(SafeTensorsFile.read(path), path: path)
  }

  /// Reads a model file that is in memory; `name` stands for the path in errors.
  ///
  /// Throws as ``init(contentsOf:)`` does. The bytes are not needed afterwards.
  public init(bytes: UnsafeRawBufferPointer, name: String) throws {
    try self.init(SafeTensorsFile.read(bytes: bytes, name: name), path: name)
  }

  /// What the model computes with.
  public var precision: Precision { quantization.map { .int8($0) } ?? (runsInBFloat16 ? .bfloat16 : .float32) }

  private init(_ file: (tensors: ParameterStore, metadata: [String: String]), path: String) throws {
    let metadata = file.metadata
    guard let version = metadata[Key.version] else { throw ModelFileError.notAModel(path: path) }
    guard let number = Int(version), (Self.plainFormatVersion...Self.formatVersion).contains(number) else {
      throw ModelFileError.version(path: path, found: version, expected: Self.formatVersion)
    }
    func text(_ key: String) throws -> String {
      guard let value = metadata[key] else {
        throw ModelFileError.metadata(path: path, key: key, problem: "is missing")
      }
      return value
    }
    func decoded<Content: Decodable>(_ type: Content.Type, _ key: String) throws -> Content {
      let value = try text(key)
      do {
        return try JSONDecoder().decode(type, from: Data(value.utf8))
      } catch {
        throw ModelFileError.metadata(
          path: path, key: key, problem: "does not hold what it should: \(value.prefix(80))")
      }
    }
    architecture = try text(Key.architecture)
    configuration = Data(try text(Key.configuration).utf8)
    classes = try decoded([Label].self, Key.classes)
    preprocessing = try decoded(Preprocessing.self, Key.preprocessing)
    provenance = try decoded(Provenance.self, Key.provenance)
    quantization = metadata[Key.quantization] == nil ? nil : try decoded(QuantizationRecipe.self, Key.quantization)
    do {
      parameters = try quantization?.parameters(stored: file.tensors) ?? file.tensors
    } catch {
      throw ModelFileError.metadata(path: path, key: Key.quantization, problem: "cannot be used: \(error)")
    }
    let seesBrightness = [Self.classifierArchitecture, Self.segmenterArchitecture].contains(architecture)
    guard preprocessing.channelCount == 3 || seesBrightness else {
      throw ModelFileError.metadata(
        path: path, key: Key.preprocessing,
        problem: "has a mean and a deviation of one channel; expected three, but for a classifier or a segmenter")
    }
    guard !classes.isEmpty || Self.architecturesWithoutClasses.contains(architecture) else {
      throw ModelFileError.metadata(path: path, key: Key.classes, problem: "names no class")
    }
    if let problem = preprocessing.problem {
      throw ModelFileError.metadata(path: path, key: Key.preprocessing, problem: problem)
    }
  }

  /// Writes the file atomically.
  ///
  /// - Parameter storage: how numbers are stored; bf16 and f16 take half the space and round. Quantised weights are
  ///   bytes in any case.
  public func write(to path: String, storage: SafeTensorsFile.Storage = .f32) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
    var metadata = [
      Key.version: String(quantization == nil ? Self.plainFormatVersion : Self.formatVersion),
      Key.architecture: architecture,
      Key.configuration: String(decoding: configuration, as: UTF8.self),
      Key.classes: try text(classes),
      Key.preprocessing: try text(preprocessing),
      Key.provenance: try text(provenance),
    ]
    guard let quantization else {
      return try SafeTensorsFile.write(
        parameters, metadata: metadata, storage: storage, hasChecksum: true, to: path)
    }
    metadata[Key.quantization] = try text(quantization)
    let (tensors, bytes) = quantization.stored(parameters)
    try SafeTensorsFile.write(
      tensors, metadata: metadata, storage: storage, bytes: bytes, hasChecksum: true, to: path)
  }

  private enum Key {
    static let version = "peregrine.version"
    static let architecture = "peregrine.architecture"
    static let configuration = "peregrine.configuration"
    static let classes = "peregrine.classes"
    static let preprocessing = "peregrine.preprocessing"
    static let provenance = "peregrine.provenance"
    static let quantization = "peregrine.quantization"
  }
}
