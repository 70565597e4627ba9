internal import CSampleModel
import Models

/// Where a model comes from.
public enum ModelSource: Hashable, Sendable, CustomStringConvertible {
  case file(String)
  /// The sample model inside the program, `Samples/Model/scenes.safetensors` at the time of building.
  case builtIn

  /// A file where a path is given, else the model inside the program.
  public init(path: String?) { self = path.map { .file($0) } ?? .builtIn }

  /// The path, or what stands for it in errors.
  public var description: String {
    switch self {
    case .file(let path): path
    case .builtIn: "the built-in model"
    }
  }

  /// Throws a `SafeTensorsError` or a `ModelFileError` that names the source.
  public func read() throws -> ModelFile {
    switch self {
    case .file(let path): try ModelFile(contentsOf: path)
    case .builtIn: try ModelFile(bytes: Self.builtInBytes, name: description)
    }
  }

  /// The file inside the program, valid as long as the process.
  package static var builtInBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: sample_model_bytes(), count: sample_model_byte_count())
  }
}
