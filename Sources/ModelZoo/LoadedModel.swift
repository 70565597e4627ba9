import ComputeGraph
import Models
import NetworkPlans

/// A model file and where it was read: what an architecture opens.
public struct LoadedModel: Sendable {
  public let file: ModelFile
  /// What stands for the file in errors.
  public let path: String
  /// The file as it was read, where ``file`` was brought to another size or precision: a network that is described with
  /// its input size, as Darknet's are, is described here.
  public let original: ModelFile

  /// Throws as `ModelFile.init(contentsOf:)` does.
  public init(contentsOf path: String) throws { try self.init(ModelFile(contentsOf: path), path: path) }

  /// Throws as ``ModelSource/read()`` does.
  public init(_ source: ModelSource) throws { try self.init(source.read(), path: source.description) }

  /// A model that was read from `path`, or that is not written yet.
  public init(_ file: ModelFile, path: String) {
    self.init(file, path: path, original: file)
  }

  private init(_ file: ModelFile, path: String, original: ModelFile) {
    self.file = file
    self.path = path
    self.original = original
  }

  /// The same weights and network, brought to another size or precision.
  func changed(to file: ModelFile) -> LoadedModel { LoadedModel(file, path: path, original: original) }

  /// The model computed in a precision.
  ///
  /// Throws a `ModelFileError` where the processor lacks the precision, and where the model would have to be another one.
  public func computed(in precision: RequestedPrecision) throws -> LoadedModel {
    try precision.check(for: file.precision, path: path)
    var file = file
    file.runsInBFloat16 = precision == .bf16
    return changed(to: file)
  }

  /// What training starts from.
  public var weights: InitialWeights { InitialWeights(file, source: path) }

  /// Turns what a network says of a model's weights and precision into an error that names the file.
  func namingFile<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as GraphError {
      throw ModelFileError.weights(path: path, problem: "\(error)")
    } catch let error as PrecisionError {
      throw ModelFileError.precision(path: path, problem: "\(error)")
    }
  }
}
