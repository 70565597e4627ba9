/// A label file, image or list that cannot be read: which file, which line, and what was expected there.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  /// From 1; nil where the problem is not in one line of a text.
  public var line: Int?
  /// In characters from 1; nil where the line says enough.
  public var column: Int?
  /// Where in the file, in bytes from 0, reading has to end because nothing that follows can be parsed; nil where only
  /// one record or value is wrong.
  public var byteOffset: Int?
  /// What is wrong and what was expected.
  public var problem: String

  public init(
    path: String, line: Int? = nil, column: Int? = nil, byteOffset: Int? = nil, problem: String
  ) {
    self.path = path
    self.line = line
    self.column = column
    self.byteOffset = byteOffset
    self.problem = problem
  }

  public var description: String {
    let place = [line, column].compactMap(\.self).map { ":\($0)" }.joined()
    return "\(path)\(place): \(problem)" + (byteOffset.map { " (byte \($0))" } ?? "")
  }
}
