import DetectionUtilities

/// Images, the objects labelled in them, and what was found wrong with the labels on the way in.
///
/// Images stand in the order of their file names, whatever the order in the source. Read one with
/// ``read(at:format:classes:options:)``.
public struct LabelledDataset: Sendable {
  /// An object's class index is a place in this list.
  public let classes: [ObjectClass]
  /// Of a panoptic file that was read with ``DatasetReadingOptions/readsMasks`` the classes of what is no object; else empty.
  public let stuffClasses: [ObjectClass]
  public let images: [LabelledImage]
  public let audit: DatasetAudit

  /// - Precondition: every class index is a place in `classes`.
  public init(
    classes: [ObjectClass], stuffClasses: [ObjectClass] = [], images: [LabelledImage], audit: DatasetAudit? = nil
  ) {
    precondition(
      images.allSatisfy { $0.objects.allSatisfy { classes.indices.contains($0.classIndex) } },
      "every object's class index is a place in a list of \(classes.count) classes")
    self.classes = classes
    self.stuffClasses = stuffClasses
    self.images = images
    var audit = audit ?? DatasetAudit()
    audit.count(images: images, classes: classes)
    self.audit = audit
  }

  public var classNames: [String] { classes.map(\.name) }
  public var objectCount: Int { images.reduce(0) { $0 + $1.objects.count } }
}

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

extension LabelledDataset {
  /// The objects as evaluation takes them, image by image in the dataset's order, objects in the order of their file.
  ///
  /// Boxes that the file gives by corner and size (COCO, text files) are exactly as written. Read the dataset with
  /// ``InvalidBoxPolicy/asWritten`` for numbers that other programs give of the same file.
  ///
  /// - Parameter ignoresDifficult: Whether objects flagged difficult need not be found, as VOC has it.
  public func evaluationGroundTruth(ignoresDifficult: Bool = false) -> [EvaluationGroundTruth] {
    images.flatMap { image in
      image.objects.map { object in
        EvaluationGroundTruth(
          imageID: image.id, classIndex: object.classIndex, box: object.cornerSizeBox, area: object.area,
          isCrowd: object.isCrowd, isIgnored: ignoresDifficult && object.isDifficult)
      }
    }
  }
}
