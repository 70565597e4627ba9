/// A kind of object that a dataset labels.
public struct ObjectClass: Hashable, Sendable, Codable {
  /// The id in the source, for example a COCO category id (1…90 with gaps). It is not an index: the index of a class is
  /// its place in ``LabelledDataset/classes``.
  public var id: Int
  public var name: String

  public init(id: Int, name: String) {
    self.id = id
    self.name = name
  }
}
