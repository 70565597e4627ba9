/// Why a safetensors file could not be read or written.
public struct SafeTensorsError: Error, Equatable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// No file at that path.
    case missing
    /// The system refused to read it.
    case unreadable
    /// The bytes are not a valid safetensors file.
    case malformed
    /// The system refused to write it.
    case unwritable
  }

  public var kind: Kind
  public var path: String
  /// The tensor that is wrong, where it is one.
  public var tensor: String?
  /// What was found and what was expected.
  public var expectation: String

  public var description: String {
    if let tensor { return "\(path): tensor \"\(tensor)\": \(expectation)" }
    return "\(path): \(expectation)"
  }
}
