import Detectors

/// A model file that training starts from.
public struct InitialModel {
  public let file: ModelFile
  public let path: String

  /// Throws as `ModelFile.init(contentsOf:)` does.
  public init(contentsOf path: String) throws {
    file = try ModelFile(contentsOf: path)
    self.path = path
  }

  public var weights: InitialWeights { InitialWeights(file, source: path) }
}
