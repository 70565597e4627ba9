/// A configuration or a model of a family that a command cannot use.
public struct UnsuitableFamily: Error, Hashable, CustomStringConvertible {
  /// What the configuration names.
  public var name: String
  /// What was wanted, with its article.
  public var expected: String

  public init(name: String, expected: String) {
    self.name = name
    self.expected = expected
  }

  public var description: String { "the configuration is of '\(name)'; expected \(expected)" }
}
