import Foundation

/// An output that cannot be written, in one sentence that names it.
public struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// Two options name the same output, or one names what cannot hold it.
    case misused
    /// It cannot be made, or must not be replaced.
    case refused
    /// Writing it failed half-way.
    case failed
  }

  public var kind: Kind
  /// As the user gave it.
  public var path: String
  public var reason: String
  /// The system's error number, where there is one.
  public var code: Int32?

  public init(_ kind: Kind, path: String, reason: String, code: Int32? = nil) {
    self.kind = kind
    self.path = path
    self.reason = reason
    self.code = code
  }

  /// - Parameter code: `errno`, whose words are the reason.
  public init(_ kind: Kind, path: String, code: Int32) {
    self.init(kind, path: path, reason: String(cString: strerror(code)), code: code)
  }

  public var description: String { "\(OutputDestination.name(of: path)): cannot be written: \(reason)" }
}
