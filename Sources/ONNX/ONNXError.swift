/// A network that cannot be written as ONNX.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
  /// The format's messages end at 2 GiB, and so does what the programs that read it accept.
  case tooLarge(byteCount: Int)

  /// The largest file that can be written.
  public static let maximumByteCount = Int(Int32.max)

  public var description: String {
    switch self {
    case .tooLarge(let byteCount):
      "the network takes \(byteCount) bytes as ONNX, of which a file holds at most \(Self.maximumByteCount)"
    }
  }
}
