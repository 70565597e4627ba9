/// How a dataset is read, beyond its path, format and classes.
public struct DatasetReadingOptions: Sendable, Hashable {
  /// Where the image files are, when they are not where the format has them.
  public var imagesFolder: String?
  /// Whether images that are not on disk are left out. Without it a COCO or VOC file can be read by itself, for
  /// evaluating; the sizes are then the ones in the file.
  public var requiresImages: Bool
  public var treatment: InvalidBoxPolicy
  /// How labels in text files (``DatasetFormat/text``) mean their boxes; where nil, the whole set has to tell.
  public var boxes: TextBoxForm?
  /// Which splits are read, where the set has some.
  public var splits: SplitSelection
  /// Whether objects keep their pixels, of formats that have them.
  public var readsMasks: Bool
  /// With ``readsMasks``, whether objects without a mask of their image are left out and counted. Otherwise they stay for
  /// their boxes, and only a mask that is wrong is left out and counted.
  public var needsMasks: Bool

  public init(
    imagesFolder: String? = nil, requiresImages: Bool = true, treatment: InvalidBoxPolicy = .repaired,
    boxes: TextBoxForm? = nil, splits: SplitSelection = .all, readsMasks: Bool = false,
    needsMasks: Bool = true
  ) {
    self.imagesFolder = imagesFolder
    self.requiresImages = requiresImages
    self.treatment = treatment
    self.boxes = boxes
    self.splits = splits
    self.readsMasks = readsMasks
    self.needsMasks = needsMasks
  }

  /// The same, of other splits.
  public func reading(_ splits: SplitSelection) -> DatasetReadingOptions {
    var options = self
    options.splits = splits
    return options
  }
}

/// What happens to boxes that are readable but wrong. Both ways count them in the audit.
public enum InvalidBoxPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// For training: boxes without area, outside the image and duplicates are left out, the others clipped to the image.
  case repaired
  /// For evaluation against another program on the same file: those boxes stay as they are written. Boxes that are
  /// inverted, not finite or without a known class are left out all the same.
  case asWritten
}
