/// A label file, image or list that cannot be read: which file, which line, and what was expected there.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  /// From 1; nil where the problem is not in one line of a text.
  public var line: Int?
  /// What is wrong and what was expected.
  public var problem: String

  public init(path: String, line: Int? = nil, problem: String) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  public var description: String {
    guard let line else { return "\(path): \(problem)" }
    return "\(path):\(line): \(problem)"
  }
}
