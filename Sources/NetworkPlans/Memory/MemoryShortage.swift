/// The system granted no memory for a network.
public struct MemoryShortage: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was asked for.
  public var byteCount: Int

  public var description: String {
    "memory ran out: a network needs \(max(1, byteCount >> 20)) MiB more; expected that much, or a smaller input or batch"
  }
}
