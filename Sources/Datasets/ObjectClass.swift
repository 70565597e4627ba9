/// A kind of object that a dataset labels.
public struct ObjectClass: Hashable, Sendable, Codable {
  /// The id in the source, for example a COCO category id (1…90 with gaps). It is not an index: the index of a class is
  /// its place in ``LabelledDataset/classes``.
  public var id: Int
  /// The id as the file has it, where a COCO file calls its categories by texts; ``id`` is a running number then.
  public var textID: String?
  public var name: String

  public init(id: Int, name: String) {
    self.id = id
    self.name = name
  }
}
