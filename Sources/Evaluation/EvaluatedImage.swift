/// An image of an evaluated set: what it is called, and where it lies if it is at hand.
public struct EvaluatedImage: Sendable, Hashable {
  /// As in the ground truth and the detections.
  public var id: Int
  public var name: String
  /// Path of the file; nil where there is none. A file that cannot be read is not shown.
  public var path: String?

  public init(id: Int, name: String, path: String? = nil) {
    self.id = id
    self.name = name
    self.path = path
  }
}
