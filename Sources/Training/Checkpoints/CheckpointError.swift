public import ModelStorage

/// Why a checkpoint cannot be resumed from.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  /// A setting with another value than when the checkpoint was written; nil where it did not exist.
  public struct Difference: Equatable, Sendable {
    public var key: String
    public var saved: String?
    public var current: String?

    public init(key: String, saved: String?, current: String?) {
      self.key = key
      self.saved = saved
      self.current = current
    }
  }

  /// Missing, damaged, or no safetensors file.
  case unreadable(SafeTensorsError)
  /// A safetensors file that is not a checkpoint of this program.
  case notACheckpoint(path: String, expectation: String)
  /// The run was configured otherwise.
  case differentSettings([Difference])
  /// The run used other training data.
  case differentData(saved: String, current: String)
  /// A tensor does not fit the network.
  case unfit(tensor: String, expectation: String)

  public var description: String {
    switch self {
    case .unreadable(let error): return "\(error)"
    case .notACheckpoint(let path, let expectation): return "\(path) is not a checkpoint: \(expectation)"
    case .differentSettings(let differences):
      let list = differences.map { "\($0.key) was \($0.saved ?? "absent"), is \($0.current ?? "absent")" }
      return "the run cannot be resumed with other settings: \(list.joined(separator: "; "))"
    case .differentData(let saved, let current):
      return "the run cannot be resumed with other training data: its hash was \(saved), is \(current)"
    case .unfit(let tensor, let expectation): return "checkpoint tensor \"\(tensor)\": \(expectation)"
    }
  }
}
