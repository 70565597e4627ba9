internal import COneDNN

/// oneDNN could not create or run an operation; the message says which and why.
public struct KernelError: Error, CustomStringConvertible {
  public let description: String
  /// Whether it got no memory.
  public let isMemoryShortage: Bool

  init(_ context: String) {
    description = "\(context): \(String(cString: pdn_last_error()))"
    isMemoryShortage = pdn_last_error_is_memory()
  }

  init(message: String) {
    description = message
    isMemoryShortage = false
  }
}
