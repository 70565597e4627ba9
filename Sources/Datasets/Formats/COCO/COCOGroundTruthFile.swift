import DetectionUtilities
import Files
import Foundation

/// A COCO ground-truth file: what pycocotools and other programs read as truth.
public struct COCOGroundTruthFile: Sendable, Hashable {
  public struct Image: Sendable, Hashable {
    public var id: Int
    /// The id as the file has it, where that is a text; ``id`` is a running number then.
    public var textID: String?
    public var fileName: String
    public var width: Int
    public var height: Int

    public init(id: Int, fileName: String, width: Int, height: Int) {
      self.id = id
      self.fileName = fileName
      self.width = width
      self.height = height
    }
  }

  public struct Annotation: Sendable, Hashable {
    public var id: Int
    public var imageID: Int
    public var categoryID: Int
    /// x, y of the upper left corner, width, height.
    public var bbox: [Double]
    public var area: Double
    /// 0 or 1.
    public var isCrowd: Int
    public var segmentation: COCOSegmentation?
    /// Measured properties of the object by name, where the file's maker knows them: `visible_fraction` and the like.
    public var attributes: [String: Double]?
    /// In a file that holds detections.
    public var score: Double?
    /// False where the file has no area, and that of the box stands for it.
    var isAreaStated = true

    /// One parameter a key of the file's record.
    public init(
      id: Int, imageID: Int, categoryID: Int, bbox: [Double], area: Double, isCrowd: Int = 0,
      segmentation: COCOSegmentation? = nil, attributes: [String: Double]? = nil, score: Double? = nil
    ) {
      self.id = id
      self.imageID = imageID
      self.categoryID = categoryID
      self.bbox = bbox
      self.area = area
      self.isCrowd = isCrowd
      self.segmentation = segmentation
      self.attributes = attributes
      self.score = score
    }
  }

  public struct Category: Sendable, Hashable {
    public var id: Int
    /// The id as the file has it, where that is a text; ``id`` is a running number then.
    public var textID: String?
    public var name: String
    /// Of a panoptic file: whether its objects are counted, other than stuff such as sky; nil where the file does not say.
    public var isThing: Bool?

    public init(id: Int, name: String, isThing: Bool? = nil) {
      self.id = id
      self.name = name
      self.isThing = isThing
    }
  }

  /// What the file is, by key; not read, since programs put all kinds of values here.
  public var info: [String: String]?
  public var images: [Image]
  public var annotations: [Annotation]
  public var categories: [Category]

  public init(info: [String: String]? = nil, images: [Image], annotations: [Annotation], categories: [Category]) {
    self.info = info
    self.images = images
    self.annotations = annotations
    self.categories = categories
  }

  /// The dataset in COCO's form, with the ids of images and classes as they were read. Annotations are numbered from 1: pycocotools takes 0 for "no match".
  ///
  /// File names are relative to `folder`; where it is nil, or does not hold the image, the name without its folder.
  public init(dataset: LabelledDataset, relativeTo folder: String? = nil) {
    categories = dataset.classes.map { label in
      var category = Category(id: label.id, name: label.name)
      category.textID = label.textID
      return category
    }
    let prefix = folder.map { FilePath.absolute($0) + "/" }
    images = dataset.images.map { image in
      var name = image.fileName
      if let prefix, image.path.hasPrefix(prefix) { name = String(image.path.dropFirst(prefix.count)) }
      var entry = Image(id: image.id, fileName: name, width: image.size.width, height: image.size.height)
      entry.textID = image.textID
      return entry
    }
    annotations = []
    for image in dataset.images {
      for object in image.objects {
        let box = object.cornerSizeBox
        annotations.append(
          Annotation(
            id: annotations.count + 1, imageID: image.id, categoryID: dataset.classes[object.classIndex].id,
            bbox: [box.x, box.y, box.width, box.height], area: object.area,
            isCrowd: object.isCrowd ? 1 : 0, segmentation: object.segmentation,
            attributes: object.attributes.isEmpty ? nil : object.attributes))
      }
    }
  }
}
