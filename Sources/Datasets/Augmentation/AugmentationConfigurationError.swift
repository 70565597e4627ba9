/// An augmentation setting that is out of its range.
public struct AugmentationConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public var key: String
  public var value: Double
  public var expected: String

  public init(key: String, value: Double, expected: String) {
    self.key = key
    self.value = value
    self.expected = expected
  }

  public var description: String { "augmentation.\(key) is \(value); expected \(expected)" }
}
