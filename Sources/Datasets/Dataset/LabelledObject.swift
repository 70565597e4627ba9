import DetectionUtilities

/// One labelled object of one image.
public struct LabelledObject: Hashable, Sendable {
  /// The annotation's id in a COCO file; a running number from 1 in the other formats.
  public var annotationID: Int
  /// Corner form, pixels of the upright image.
  public var box: BoundingBox
  /// Index into ``LabelledDataset/classes``.
  public var classIndex: Int
  /// Square pixels. In COCO this is the area of the object's mask, which is smaller than its box; so it is in other formats where
  /// masks are read.
  public var area: Double
  /// The box holds a group that nobody told apart (COCO's `iscrowd`): evaluation and training ignore what is found in it.
  public var isCrowd: Bool
  /// VOC's `difficult`: evaluation by VOC's rules ignores it.
  public var isDifficult: Bool
  /// Measured properties by name, where the label file has them: `visible_fraction`, `apparent_size` and the like.
  public var attributes: [String: Double] = [:]
  /// Its pixels, where the dataset was read with ``DatasetReadingOptions/readsMasks``: a mask of its image's size.
  public var segmentation: COCOSegmentation?
  /// Corner and size as the label file has them, kept where taking them from the corners changes their last digits.
  var written: CornerSizeBox?

  public init(
    annotationID: Int, box: BoundingBox, classIndex: Int, area: Double? = nil, isCrowd: Bool = false,
    isDifficult: Bool = false
  ) {
    self.annotationID = annotationID
    self.box = box
    self.classIndex = classIndex
    self.area = area ?? box.area
    self.isCrowd = isCrowd
    self.isDifficult = isDifficult
  }

  /// Upper left corner and size. For a box that was read in this form and not changed since, exactly what the file says.
  public var cornerSizeBox: CornerSizeBox {
    guard let written, written.boundingBox == box else { return CornerSizeBox(box) }
    return written
  }
}
