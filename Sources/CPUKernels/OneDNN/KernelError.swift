internal import COneDNN

/// oneDNN could not create or run an operation; the message says which and why.
public struct KernelError: Error, CustomStringConvertible {
  public let description: String

  init(_ context: String) {
    description = "\(context): \(String(cString: pdn_last_error()))"
  }

  init(message: String) { description = message }
}
