import Datasets
import DetectionUtilities
import Detectors
import Foundation

/// Detections as COCO results, with a list beside them that says which image each id is where the data does not.
public struct COCODetections {
  /// One line of the list.
  struct ImageName: Codable {
    var id: Int
    var fileName: String

    enum CodingKeys: String, CodingKey {
      case id
      case fileName = "file_name"
    }
  }

  private let results: COCOResultsFile
  private let mapping: [ImageName]?

  /// - Parameters:
  ///   - paths: every image that was asked for, in order.
  ///   - imageIDs: their ids in a labelled set; nil numbers the images from 1.
  public init(_ reports: [DetectionReport], paths: [String], imageIDs: [Int]?, detector: any Detector) {
    let ids = Dictionary(zip(paths, imageIDs ?? Array(1...max(1, paths.count)))) { first, _ in first }
    let entries = reports.flatMap { report in
      report.detections.map { detection in
        COCOResultsFile.Entry(
          imageID: ids[report.image] ?? 0, categoryID: detection.classId,
          bbox: CornerSizeBox(
            x: detection.box[0], y: detection.box[1], width: detection.box[2] - detection.box[0],
            height: detection.box[3] - detection.box[1]), score: detection.score)
      }
    }
    results = COCOResultsFile(entries: entries)
    mapping = imageIDs == nil ? paths.map { ImageName(id: ids[$0] ?? 0, fileName: $0) } : nil
  }

  /// Writes the results, and the list to `PATH` with `.images.json` for its extension.
  public func write(to path: String) throws {
    try results.write(to: path)
    guard let mapping else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(mapping).write(to: URL(fileURLWithPath: Self.listPath(beside: path)), options: .atomic)
  }

  /// Where the list of images stands that goes with results in a file.
  static func listPath(beside path: String) -> String {
    ((path as NSString).deletingPathExtension as NSString).appendingPathExtension("images.json") ?? path
  }
}
