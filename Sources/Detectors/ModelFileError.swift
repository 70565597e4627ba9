import Foundation

/// A file that is not a model that this program can use.
public enum ModelFileError: Error, CustomStringConvertible {
  /// Something else than a safetensors file.
  case wrongKind(path: String, found: String)
  /// Weights without a description, from some other program.
  case notAModel(path: String)
  case version(path: String, found: String, expected: Int)
  case metadata(path: String, key: String, problem: String)
  case architecture(path: String, found: String, known: [String])
  /// The model's precision is none of this processor's.
  case precision(path: String, problem: String)
  /// The weights are not those of the network that the metadata describe.
  case weights(path: String, problem: String)

  public var description: String {
    switch self {
    case .wrongKind(let path, let found):
      "\(path): this is \(found), not a model; expected a .safetensors file that Peregrine wrote"
    case .weights(let path, let problem):
      "\(path): the weights do not fit the model's configuration: \(problem)"
    case .precision(let path, let problem): "\(path): \(problem)"
    case .notAModel(let path):
      "\(path): these are plain weights without a model description; expected a model that Peregrine wrote"
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
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw .wrongKind(path: path, found: "a folder")
    }
    guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 8) else { return }
    let kinds: [(signature: [UInt8], name: String)] = [
      ([0xFF, 0xD8, 0xFF], "a JPEG image"), ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
      (Array("PK".utf8), "a ZIP archive, as PyTorch writes"),
    ]
    if let kind = kinds.first(where: { start.starts(with: $0.signature) }) {
      throw .wrongKind(path: path, found: kind.name)
    }
    // A header's length has zeros in its high bytes; no text does.
    if start.count == 8, start.allSatisfy({ $0 >= 9 }) { throw .wrongKind(path: path, found: "a text file") }
  }
}
