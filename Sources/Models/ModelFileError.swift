/// A file that is not a model that this program can use.
public enum ModelFileError: Error, CustomStringConvertible {
  /// Something else than a safetensors file.
  case wrongKind(path: String, found: ForeignModelFile)
  /// Weights without a description, from some other program.
  case notAModel(path: String)
  case version(path: String, found: String, expected: Int)
  /// A network that finds no boxes.
  case noDetector(path: String, found: String)
  /// A model that is no classifier.
  case noClassifier(path: String, found: String)
  /// A model that is no segmenter.
  case noSegmenter(path: String, found: String)
  case metadata(path: String, key: String, problem: String)
  case architecture(path: String, found: String, known: [String])
  /// The model's precision is none of this processor's.
  case precision(path: String, problem: String)
  /// The weights are not those of the network that the metadata describe.
  case weights(path: String, problem: String)

  public var description: String {
    switch self {
    case .wrongKind(let path, let found):
      "\(path): this is \(found.name), not a model; \(found.advice(path: path))"
    case .weights(let path, let problem):
      "\(path): the weights do not fit the model's configuration: \(problem)"
    case .precision(let path, let problem): "\(path): \(problem)"
    case .notAModel(let path):
      "\(path): these are plain weights without a model description; expected a model that Peregrine wrote"
    case .noDetector(let path, let found):
      "\(path): this is \(found), and finds no boxes; expected a detector. 'inspect' shows such a file, 'export' writes it "
        + "for other programs, and training can start from it (train --initial)"
    case .noClassifier(let path, let found): "\(path): this is \(found); expected a classifier"
    case .noSegmenter(let path, let found): "\(path): this is \(found); expected a segmenter"
    case .version(let path, let found, let expected):
      "\(path): the model's format is version \(found); this program reads versions 1 to \(expected)"
    case .metadata(let path, let key, let problem):
      "\(path): the model's metadata \(key) \(problem)"
    case .architecture(let path, let found, let known):
      "\(path): unknown detector '\(found)'; this program knows \(known.joined(separator: ", "))"
    }
  }

  /// Throws where a file is plainly of another kind, which the safetensors reader could only call a wrong length.
  static func checkKind(of path: String) throws(ModelFileError) {
    if let kind = ForeignModelFile(contentsOf: path) { throw .wrongKind(path: path, found: kind) }
  }
}
