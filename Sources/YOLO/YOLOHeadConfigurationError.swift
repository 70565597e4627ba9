/// A setting of a ``YOLOHeadConfiguration`` that no head can have.
public struct YOLOHeadConfigurationError: Error, Hashable, CustomStringConvertible {
  /// The setting.
  public var key: String
  public var expected: String

  public init(key: String, expected: String) {
    self.key = key
    self.expected = expected
  }

  public var description: String { "YOLO head, \(key): expected \(expected)" }
}
