import Datasets
import DetectionUtilities
import Files
import Foundation
import Inference

/// Detections as COCO results, written image by image, with a list beside them that says which image each id is where
/// the data does not.
public final class COCODetections {
  /// One line of the list.
  struct ImageName: Codable {
    var id: Int
    var fileName: String

    enum CodingKeys: String, CodingKey {
      case id
      case fileName = "file_name"
    }
  }

  private let results: JSONListFile
  private let list: JSONListFile?
  private let imageIDs: [Int]?
  private var imageCount = 0

  private init(results: JSONListFile, list: JSONListFile?, imageIDs: [Int]?) {
    self.results = results
    self.list = list
    self.imageIDs = imageIDs
  }

  /// Writes the results of the images that `body` appends, and the list to `PATH` with `.images.json` for its extension.
  /// When `body` throws, neither is written.
  ///
  /// Throws what `body` throws, and an `OutputError` where a file cannot be written.
  ///
  /// - Parameter imageIDs: the ids in a labelled set of the images to come, in order; nil numbers the images from 1.
  public static func write(to path: String, imageIDs: [Int]?, _ body: (COCODetections) throws -> Void) throws {
    try JSONListFile.write(to: path) { results in
      guard imageIDs == nil, let listPath = listPath(beside: path) else {
        return try body(COCODetections(results: results, list: nil, imageIDs: imageIDs))
      }
      try JSONListFile.write(to: listPath) { list in
        try body(COCODetections(results: results, list: list, imageIDs: nil))
      }
    }
  }

  /// Writes what is known of the next image.
  ///
  /// - Parameter report: nil for an image that failed; it is in the list all the same.
  /// - Precondition: there are no more images than ids.
  public func append(_ report: DetectionReport?, of image: String) throws {
    precondition(imageIDs.map { imageCount < $0.count } ?? true, "more images than ids")
    let id = imageIDs?[imageCount] ?? imageCount + 1
    imageCount += 1
    try list?.append(ImageName(id: id, fileName: image))
    for detection in report?.detections ?? [] {
      try results.append(
        COCOResultsFile.Entry(
          imageID: id, categoryID: detection.classId,
          bbox: CornerSizeBox(
            x: detection.box[0], y: detection.box[1], width: detection.box[2] - detection.box[0],
            height: detection.box[3] - detection.box[1]), score: detection.score,
          fileName: image, categoryName: detection.label))
    }
  }

  /// Where the list of images stands that goes with results in a file.
  ///
  /// - Returns: Nil where they go to no file, which has no place beside it.
  public static func listPath(beside path: String) -> String? {
    if OutputDestination.isStream(path) { return nil }
    return PathName.withoutExtension(path) + ".images.json"
  }
}
