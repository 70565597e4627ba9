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

    public init(imageID: Int, categoryID: Int, bbox: CornerSizeBox, score: Double) {
      self.imageID = imageID
      self.categoryID = categoryID
      self.bbox = bbox
      self.score = score
    }
  }

  public var entries: [Entry]

  public init(entries: [Entry]) {
    self.entries = entries
  }

  /// - Parameter detections: Per image its id and what was found; class indices are places in `classes`.
  public init(detections: some Sequence<(imageID: Int, detections: [Detection])>, classes: [ObjectClass]) {
    entries = detections.flatMap { image in
      image.detections.map { detection in
        Entry(
          imageID: image.imageID, categoryID: classes[detection.classIndex].id,
          bbox: CornerSizeBox(detection.box), score: detection.score)
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
    case bbox, score
    case imageID = "image_id"
    case categoryID = "category_id"
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(imageID, forKey: .imageID)
    try values.encode(categoryID, forKey: .categoryID)
    try values.encode([bbox.x, bbox.y, bbox.width, bbox.height], forKey: .bbox)
    try values.encode(score, forKey: .score)
  }
}
