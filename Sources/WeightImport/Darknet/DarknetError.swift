/// A Darknet `.cfg`, `.weights` or names file that cannot be imported.
public struct DarknetError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure it is, for exit codes.
  public enum Kind: Hashable, Sendable {
    case missing
    case unreadable
    case malformed
  }

  public var kind: Kind
  public var path: String
  /// From 1, in a text file where it is known.
  public var line: Int?
  public var problem: String

  public init(kind: Kind = .malformed, path: String, line: Int? = nil, problem: String) {
    self.kind = kind
    self.path = path
    self.line = line
    self.problem = problem
  }

  public var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
