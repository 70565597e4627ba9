/// Why a configuration was refused.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// No file at that path.
    case missing
    /// The file cannot be read or written, or is not text.
    case inaccessible(String)
    /// Not YAML.
    case syntax(String)
    /// A key that no setting has, and the setting whose name is nearest.
    case unknownKey(String, nearest: String?)
    /// A value that the setting cannot take; the key is a path ("optimiser.learningRate").
    case wrongValue(key: String, expectation: String)
  }

  /// The file, or nil for a configuration that was not read from one.
  public var path: String?
  /// From 1, where it is known.
  public var line: Int?
  public var problem: Problem

  public init(path: String? = nil, line: Int? = nil, problem: Problem) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  public var description: String {
    let place = [path, line.map(String.init)].compactMap(\.self).joined(separator: ":")
    return (place.isEmpty ? "configuration" : place) + ": " + problemDescription
  }

  private var problemDescription: String {
    switch problem {
    case .missing: "no such file"
    case .inaccessible(let reason): reason
    case .syntax(let reason): "not valid YAML: \(reason)"
    case .unknownKey(let key, nearest: let nearest?): "unknown key \"\(key)\"; did you mean \"\(nearest)\"?"
    case .unknownKey(let key, nearest: nil): "unknown key \"\(key)\""
    case .wrongValue(let key, let expectation): "\(key): \(expectation)"
    }
  }
}
