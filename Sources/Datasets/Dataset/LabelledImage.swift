import Foundation
import ImageCodecs

/// All pixels of an image that are of one class of stuff.
public struct LabelledStuff: Hashable, Sendable {
  /// Index into ``LabelledDataset/stuffClasses``.
  public var classIndex: Int
  /// Of the image's size.
  public var segmentation: COCOSegmentation

  public init(classIndex: Int, segmentation: COCOSegmentation) {
    self.classIndex = classIndex
    self.segmentation = segmentation
  }
}

/// One image file and the objects labelled in it, possibly none.
public struct LabelledImage: Hashable, Sendable {
  /// The image's id in a COCO file; a running number from 1, in order of file name, in the other formats.
  public var id: Int
  /// The id as the file has it, where a COCO file calls its images by texts; ``id`` is a running number then.
  public var textID: String?
  /// Whether the files have this id: COCO's do, others have none.
  public var hasOwnID: Bool = true
  /// Absolute path of the image file.
  public var path: String
  /// Of the upright image; where ``isSizeKnown`` is false, the extent of its boxes in whole pixels.
  public var size: ImageSize
  /// False where neither an image nor the label file tells the size, as in plain text files.
  public var isSizeKnown: Bool
  public var objects: [LabelledObject]
  /// What is no object: all pixels of a class of a panoptic file's stuff.
  public var stuff: [LabelledStuff] = []
  /// The split of a `data.yaml` that it was read from; nil otherwise.
  public var split: DatasetSplit?

  public init(id: Int, path: String, size: ImageSize, isSizeKnown: Bool = true, objects: [LabelledObject]) {
    self.id = id
    self.path = path
    self.size = size
    self.isSizeKnown = isSizeKnown
    self.objects = objects
  }

  /// The path's last component.
  public var fileName: String { FilePath.lastComponent(of: path) }
}
