/// Why a PyTorch checkpoint could not be read.
public struct PyTorchCheckpointError: Error, Hashable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// No file at that path.
    case missing
    /// The system refused to read it.
    case unreadable
    /// The bytes are not a valid checkpoint.
    case malformed
    /// A valid file of a form that is not read: TorchScript, the tar files of before 2017, compressed archives.
    case unsupported
    /// The file asks for code to be run.
    case refused
    /// The file holds no state dict, or several and does not say which is meant.
    case noStateDict
  }

  public var kind: Kind
  public var path: String
  /// The entry of the archive that is wrong, where it is one ("archive/data.pkl").
  public var entry: String?
  /// The tensor that is wrong, where it is one.
  public var tensor: String?
  /// Where the pickle is wrong, in bytes from the beginning of the entry, or of the file where it has no entries.
  public var byte: Int?
  /// What was found and what was expected.
  public var expectation: String

  /// The reader adds the path, which its parts do not know.
  init(
    _ kind: Kind, entry: String? = nil, tensor: String? = nil, byte: Int? = nil, _ expectation: String
  ) {
    self.kind = kind
    path = ""
    self.entry = entry
    self.tensor = tensor
    self.byte = byte
    self.expectation = expectation
  }

  public var description: String {
    var place = path
    if let entry { place += ": entry \"\(entry)\"" }
    if let tensor { place += ": tensor \"\(tensor)\"" }
    if let byte { place += ": byte \(byte)" }
    // Names are the file's, and must not give orders to a terminal.
    return String("\(place): \(expectation)".map { $0.isASCII && ($0 < " " || $0 == "\u{7F}") ? "?" : $0 })
  }

  /// The same error with the entry that its bytes are counted in.
  func within(entry: String?) -> PyTorchCheckpointError {
    var result = self
    result.entry = result.entry ?? entry
    return result
  }
}
