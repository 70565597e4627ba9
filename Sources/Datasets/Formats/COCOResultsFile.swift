import DetectionUtilities
import Foundation

/// A COCO results file: detections as pycocotools' `loadRes` reads them.
public struct COCOResultsFile: Sendable, Hashable {
  public struct Entry: Codable, Sendable, Hashable {
    public var imageID: Int
    public var categoryID: Int
    /// x, y of the upper left corner, width, height.
    public var bbox: [Double]
    public var score: Double

    public init(imageID: Int, categoryID: Int, bbox: [Double], score: Double) {
      self.imageID = imageID
      self.categoryID = categoryID
      self.bbox = bbox
      self.score = score
    }

    enum CodingKeys: String, CodingKey {
      case bbox, score
      case imageID = "image_id"
      case categoryID = "category_id"
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
          bbox: [detection.box.x1, detection.box.y1, detection.box.width, detection.box.height],
          score: detection.score)
      }
    }
  }

  /// - Throws: ``DatasetError`` naming the key or line, and what was expected there.
  public static func read(from path: String) throws -> COCOResultsFile {
    let entries = try JSONFile.read([Entry].self, from: path)
    for (index, entry) in entries.enumerated() where entry.bbox.count != 4 {
      throw DatasetError(
        path: path, problem: "[\(index)].bbox has \(entry.bbox.count) numbers; expected [x, y, width, height]")
    }
    return COCOResultsFile(entries: entries)
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
      let box = BoundingBox(
        x1: entry.bbox[0], y1: entry.bbox[1], x2: entry.bbox[0] + entry.bbox[2], y2: entry.bbox[1] + entry.bbox[3])
      result[entry.imageID, default: []].append(Detection(box: box, classIndex: classIndex, score: entry.score))
    }
    return result
  }

  /// Writes the file in one step, numbers with all their digits.
  public func write(to path: String) throws {
    try JSONFile.write(entries, to: path)
  }
}
