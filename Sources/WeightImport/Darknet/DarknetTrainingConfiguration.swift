import YOLO

/// How a Darknet network is trained: the network, and what it learns from.
public struct DarknetTrainingConfiguration: Codable, Hashable, Sendable {
  /// Path of the `.cfg`; empty for the network of the model that training starts from.
  public var cfg = ""
  public var loss = YOLOLossConfiguration()

  public init() {}
}
