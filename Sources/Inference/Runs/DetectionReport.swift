import DetectionUtilities
import Foundation

/// The detections of one image as `detect --json` writes them.
public struct DetectionReport: ImageReport, Codable, Hashable {
  public struct Entry: Codable, Sendable, Hashable {
    public var label: String
    public var classId: Int
    public var score: Double
    /// x1, y1, x2, y2 in pixels of the upright image.
    public var box: [Double]
    /// The object's pixels, of a detector that predicts them.
    public var segmentation: RunLengths?
  }

  /// A mask as COCO's files have it: compressed run lengths down the columns, and the height and width of the image.
  public struct RunLengths: Codable, Sendable, Hashable {
    public var counts: String
    public var size: [Int]
  }

  /// Path as given.
  public var image: String
  public var width: Int
  public var height: Int
  /// In descending score.
  public var detections: [Entry]

  public init(
    image: String, width: Int, height: Int, detections: [Detection], classNames: [String], classIDs: [Int]
  ) {
    self.image = image
    self.width = width
    self.height = height
    self.detections = detections.map { detection in
      let box = detection.box
      return Entry(
        label: classNames[detection.classIndex], classId: classIDs[detection.classIndex],
        score: detection.score, box: [box.x1, box.y1, box.x2, box.y2].map { ($0 * 1000).rounded() / 1000 },
        segmentation: detection.mask.map { RunLengths(counts: $0.compressed, size: [$0.height, $0.width]) })
    }
  }
}
