import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct AuditReportTests {
  @Test("errors come before warnings before notes, and notes beyond the fifth are counted")
  func order() throws {
    var set = try AuditSet(TemporaryFolder())
    for index in 0..<7 {
      set.annotations.append(AuditSet.annotation(id: 20 + index, "0, 0, \(50 + index), 50", more: #", "iscrowd": 1"#))
    }
    set.annotations.append(AuditSet.annotation(id: 8, "5.1, 5, 10, 8"))
    set.annotations.append(AuditSet.annotation(id: 9, "50, 55, 0, 8"))
    try set.writeCOCO()
    let report = try DatasetAuditor().audit(at: set.folder.path)
    #expect(
      report.text() == """
        error: 1 × box without area
          a.png, annotation 9: 50.0 55.0 50.0 63.0
        warning: 1 × box that nearly covers another of its class (IoU above 0.95)
          a.png, annotation 8: IoU 0.980 with annotation 100
        note: 7 × crowd box
          a.png, annotation 20
          a.png, annotation 21
          a.png, annotation 22
          a.png, annotation 23
          a.png, annotation 24
          and 2 more
        """)
    #expect(report.text(notesListed: .max).contains("annotation 26"))
    #expect(report.totals == "1 error, 1 warning, 7 notes")
    #expect(report.classes.map(\.boxes) == [20, 12])
    #expect(report.classes.map(\.images) == [2, 2])
  }

  @Test("box sizes are those of the image scaled into the network's input")
  func sizes() throws {
    let set = try AuditSet(TemporaryFolder())
    try set.writeCOCO()
    // 100×80 into 50×50 halves the boxes of 10×8.
    let small = try DatasetAuditor(inputSize: ImageSize(width: 50, height: 50)).audit(at: set.folder.path).sizes
    #expect(small.boxes == 24)
    #expect(small.bins.map(\.boxes) == [24, 0, 0, 0, 0, 0, 0])
    #expect(small.shareBelow8 == 1)
    let large = try DatasetAuditor(inputSize: ImageSize(width: 200, height: 200), anchorCount: 1)
      .audit(at: set.folder.path).sizes
    #expect(large.bins.map(\.boxes) == [0, 0, 24, 0, 0, 0, 0])
    #expect((large.shareBelow8, large.shareBelow16, large.shareBelow32) == (0, 0, 1))
    #expect(large.coverage?.anchors == [AnchorSize(width: 20, height: 16)])
    #expect(large.coverage?.meanIoU == 1)
    #expect(large.coverage?.uncoveredShare == 0)
  }

  @Test("one anchor does not reach a box five times as wide")
  func uncovered() {
    let size = ImageSize(width: 100, height: 100)
    let boxes = [10.0, 10, 10, 10, 10, 10, 10, 10, 10, 90].enumerated().map { index, width in
      LabelledObject(annotationID: index + 1, box: BoundingBox(x1: 0, y1: 0, x2: width, y2: 10), classIndex: 0)
    }
    let dataset = LabelledDataset(
      classes: [ObjectClass(id: 1, name: "x")],
      images: [LabelledImage(id: 1, path: "/a.png", size: size, objects: boxes)])
    let sizes = BoxSizeStatistics(of: dataset, inputSize: size, anchorCount: 1)
    // The mean is 18×10: IoU 10/18 with nine boxes and 18/90 with the tenth, which is five times as wide.
    #expect(sizes.coverage?.anchors == [AnchorSize(width: 18, height: 10)])
    #expect(abs((sizes.coverage?.meanIoU ?? 0) - (9 * 10.0 / 18 + 0.2) / 10) < 1e-12)
    #expect(sizes.coverage?.uncoveredShare == 0.1)
    // Boxes of two sizes need no third anchor.
    let two = BoxSizeStatistics(of: dataset, inputSize: size, anchorCount: 9)
    #expect(two.coverage?.anchors == [AnchorSize(width: 10, height: 10), AnchorSize(width: 90, height: 10)])
    #expect(BoxSizeStatistics(of: dataset.subset([]), inputSize: size, anchorCount: 1).coverage == nil)
  }
}
