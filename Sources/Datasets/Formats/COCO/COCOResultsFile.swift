import DetectionUtilities
import Files
import Foundation

/// A COCO results file: detections as pycocotools' `loadRes` reads them.
public struct COCOResultsFile: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var imageID: Int
    public var categoryID: Int
    public var bbox: CornerSizeBox
    public var score: Double
    /// Of the image, for data in which images have no ids but names.
    public var fileName: String?
    /// Likewise of the class.
    public var categoryName: String?
    /// What the ground truth calls its image and its category where it calls them by texts; written instead of the
    /// numbers.
    public var imageTextID: String?
    public var categoryTextID: String?
    /// The object's pixels, of a detector that predicts them.
    public var segmentation: COCOSegmentation?

    public init(
      imageID: Int, categoryID: Int, bbox: CornerSizeBox, score: Double, fileName: String? = nil,
      categoryName: String? = nil
    ) {
      self.imageID = imageID
      self.categoryID = categoryID
      self.bbox = bbox
      self.score = score
      self.fileName = fileName
      self.categoryName = categoryName
    }
  }

  public var entries: [Entry]

  public init(entries: [Entry]) {
    self.entries = entries
  }

  /// What was found in the images of a dataset, by their ids. Names of images and classes stand beside these where the
  /// dataset's files have no ids; class indices are places in its classes.
  public init(detections: [Int: [Detection]], of dataset: LabelledDataset) {
    self.init(
      detections: dataset.images.map { (imageID: $0.id, detections: detections[$0.id] ?? []) }, classes: dataset.classes
    )
    let names = Dictionary(dataset.images.filter { !$0.hasOwnID }.map { ($0.id, $0.fileName) }) { first, _ in first }
    let classNames = Dictionary(dataset.classes.map { ($0.id, $0.name) }) { first, _ in first }
    let texts = Dictionary(dataset.images.map { ($0.id, $0.textID) }) { first, _ in first }
    let classTexts = Dictionary(dataset.classes.map { ($0.id, $0.textID) }) { first, _ in first }
    for index in entries.indices {
      entries[index].imageTextID = texts[entries[index].imageID] ?? nil
      entries[index].categoryTextID = classTexts[entries[index].categoryID] ?? nil
      guard let name = names[entries[index].imageID] else { continue }
      entries[index].fileName = name
      entries[index].categoryName = classNames[entries[index].categoryID]
    }
  }

  /// - Parameter detections: Per image its id and what was found; class indices are places in `classes`.
  public init(detections: some Sequence<(imageID: Int, detections: [Detection])>, classes: [ObjectClass]) {
    entries = detections.flatMap { image in
      image.detections.map { detection in
        var entry = Entry(
          imageID: image.imageID, categoryID: classes[detection.classIndex].id,
          bbox: CornerSizeBox(detection.box), score: detection.score)
        entry.segmentation = detection.mask.map { COCOSegmentation($0) }
        return entry
      }
    }
  }

  /// The detections per image id, in the order of the file.
  ///
  /// - Throws: ``DatasetError`` where an entry has a category that is not among the classes.
  public func detections(classes: [ObjectClass], path: String = "results") throws -> [Int: [Detection]] {
    let indices = Dictionary(classes.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    var result: [Int: [Detection]] = [:]
    for (index, entry) in entries.enumerated() {
      guard let classIndex = indices[entry.categoryID] else {
        throw DatasetError(
          path: path,
          problem: "[\(index)].category_id is \(entry.categoryID); expected one of "
            + classes.map { "\($0.id) (\($0.name))" }.joined(separator: ", "))
      }
      result[entry.imageID, default: []].append(
        Detection(box: entry.bbox.boundingBox, classIndex: classIndex, score: entry.score))
    }
    return result
  }

  /// Writes the file in one step, numbers with all their digits.
  public func write(to path: String) throws {
    try OutputFile.writeJSON(entries, to: path)
  }
}

extension COCOResultsFile.Entry: Encodable {
  enum CodingKeys: String, CodingKey {
    case bbox, score, segmentation
    case imageID = "image_id"
    case categoryID = "category_id"
    case fileName = "file_name"
    case categoryName = "category_name"
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    if let imageTextID {
      try values.encode(imageTextID, forKey: .imageID)
    } else {
      try values.encode(imageID, forKey: .imageID)
    }
    if let categoryTextID {
      try values.encode(categoryTextID, forKey: .categoryID)
    } else {
      try values.encode(categoryID, forKey: .categoryID)
    }
    try values.encode([bbox.x, bbox.y, bbox.width, bbox.height], forKey: .bbox)
    try values.encode(score, forKey: .score)
    try values.encodeIfPresent(segmentation, forKey: .segmentation)
    try values.encodeIfPresent(fileName, forKey: .fileName)
    try values.encodeIfPresent(categoryName, forKey: .categoryName)
  }
}
