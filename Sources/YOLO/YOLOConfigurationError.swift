/// A setting of a YOLO head, its assigner or its loss that cannot be.
public struct YOLOConfigurationError: Error, Hashable, CustomStringConvertible {
  /// The setting.
  public var key: String
  public var expected: String

  public init(key: String, expected: String) {
    self.key = key
    self.expected = expected
  }

  public var description: String { "YOLO, \(key): expected \(expected)" }

  static func require(_ condition: Bool, _ key: String, _ expected: String) throws(YOLOConfigurationError) {
    if !condition { throw YOLOConfigurationError(key: key, expected: expected) }
  }
}
