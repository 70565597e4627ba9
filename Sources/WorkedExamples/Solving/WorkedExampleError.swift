/// Why an example cannot be worked.
public struct WorkedExampleError: Error, Hashable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// There is no such file, or it cannot be read.
    case unreadable
    /// The file does not say what it should.
    case malformed
    /// The result is not the one that the file says.
    case unexpectedResult
    /// The numbers written out do not come to what the kernels computed.
    case disagreement
  }

  public var kind: Kind
  public var path: String
  /// From 1, where it is known.
  public var line: Int?
  public var problem: String

  public init(_ kind: Kind, path: String = "", line: Int? = nil, _ problem: String) {
    self.kind = kind
    self.path = path
    self.line = line
    self.problem = problem
  }

  init(path: String, line: Int? = nil, _ problem: String) {
    self.init(.malformed, path: path, line: line, problem)
  }

  /// Without its place, which the caller knows.
  init(_ problem: String) { self.init(.malformed, problem) }

  public var description: String {
    let place = ([path] + [line.map(String.init)].compactMap(\.self)).filter { !$0.isEmpty }.joined(separator: ":")
    return place.isEmpty ? problem : "\(place): \(problem)"
  }
}
