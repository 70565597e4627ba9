/// Images, the objects labelled in them, and what was found wrong with the labels on the way in.
///
/// Images stand in the order of their file names, whatever the order in the source. Read one with
/// ``read(at:format:classes:options:)``.
public struct LabelledDataset: Sendable {
  /// An object's class index is a place in this list.
  public let classes: [ObjectClass]
  public let images: [LabelledImage]
  public let audit: DatasetAudit

  /// - Precondition: every class index is a place in `classes`.
  public init(classes: [ObjectClass], images: [LabelledImage], audit: DatasetAudit? = nil) {
    precondition(
      images.allSatisfy { $0.objects.allSatisfy { classes.indices.contains($0.classIndex) } },
      "every object's class index is a place in a list of \(classes.count) classes")
    self.classes = classes
    self.images = images
    var audit = audit ?? DatasetAudit()
    audit.count(images: images, classes: classes)
    self.audit = audit
  }

  public var classNames: [String] { classes.map(\.name) }
  public var objectCount: Int { images.reduce(0) { $0 + $1.objects.count } }
}
