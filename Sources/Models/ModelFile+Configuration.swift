import Foundation

extension ModelFile {
  /// The family's configuration, as a model file that was read from `path` holds it.
  ///
  /// - Parameters:
  ///   - family: The family's name in sentences, with its article.
  ///   - prepare: Completes the configuration and checks it; what it throws becomes part of the error.
  /// - Throws: A ``ModelFileError`` that names the file and what is wrong.
  public func decodedConfiguration<Configuration: Decodable>(
    _ type: Configuration.Type, path: String, family: String, prepare: (inout Configuration) throws -> Void
  ) throws -> Configuration {
    func failure(_ problem: String) -> ModelFileError {
      .metadata(path: path, key: "peregrine.configuration", problem: problem)
    }
    guard var decoded = try? JSONDecoder().decode(type, from: configuration) else {
      throw failure("is not \(family) configuration of this version")
    }
    do {
      try prepare(&decoded)
    } catch {
      throw failure("cannot be used: \(error)")
    }
    return decoded
  }
}
