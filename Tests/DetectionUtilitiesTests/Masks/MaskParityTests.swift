import DetectionUtilities
import Foundation
import Testing

/// Against pycocotools, on what `Tests/Parity/mask_operations.py FOLDER` wrote.
struct MaskParityTests {
  private struct Record: Decodable {
    var width: Int
    var height: Int
    var polygons: [[Double]]
    var counts: String
    var area: Int
    var box: [Double]
    var iou: Double?
    var crowdIoU: Double?
    var union: String?
    var intersection: String?
    var boundary: String?
  }

  private static let folder = ProcessInfo.processInfo.environment["PEREGRINE_MASKS"]

  @Test(.enabled(if: folder != nil, "needs PEREGRINE_MASKS, the folder that Tests/Parity/mask_operations.py wrote"))
  func everyMaskIsPycocotools() throws {
    let path = try #require(Self.folder) + "/masks.json"
    let records = try JSONDecoder().decode([Record].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    var (differing, boundaries) = (0, 0)
    var previous: RunLengthMask?
    for record in records {
      let mask = try RunLengthMask(width: record.width, height: record.height, polygons: record.polygons)
      let found = mask.box ?? BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0)
      let box: [Double] = [found.x1, found.y1, found.width, found.height]
      // pycocotools writes a run of no pixels behind a mask that reaches the image's end.
      let read = try RunLengthMask(width: record.width, height: record.height, compressed: record.counts)
      var isSame = mask == read && mask.area == record.area && box == record.box
      if let previous, let iou = record.iou {
        isSame = isSame && mask.iou(withGroundTruth: previous) == iou
        isSame = isSame && mask.iou(withGroundTruth: previous, isCrowd: true) == record.crowdIoU
        let union = RunLengthMask.union([mask, previous], width: mask.width, height: mask.height)
        isSame = isSame && union.compressed == record.union
        isSame = isSame && mask.intersection(previous).compressed == record.intersection
      }
      if let boundary = record.boundary {
        isSame = isSame && mask.boundary().compressed == boundary
        boundaries += 1
      }
      if !isSame { differing += 1 }
      previous = mask
    }
    #expect(differing == 0 && records.count >= 1_000 && boundaries > 0)
  }
}
