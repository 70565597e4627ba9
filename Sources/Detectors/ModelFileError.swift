/// A file that is safetensors but not a model that this program can use.
public enum ModelFileError: Error, CustomStringConvertible {
  /// Weights without a description, from some other program.
  case notAModel(path: String)
  case version(path: String, found: String, expected: Int)
  case metadata(path: String, key: String, problem: String)
  case architecture(path: String, found: String, known: [String])

  public var description: String {
    switch self {
    case .notAModel(let path):
      "\(path): these are plain weights without a model description; expected a model that Peregrine wrote"
    case .version(let path, let found, let expected):
      "\(path): the model's format is version \(found); this program reads version \(expected)"
    case .metadata(let path, let key, let problem):
      "\(path): the model's metadata \(key) \(problem)"
    case .architecture(let path, let found, let known):
      "\(path): unknown detector '\(found)'; this program knows \(known.joined(separator: ", "))"
    }
  }
}
