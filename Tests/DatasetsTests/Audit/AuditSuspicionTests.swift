import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// Boxes in another form than the format's, and boxes that only look it.
struct AuditSuspicionTests {
  private func suspicion(_ folder: TemporaryFolder) throws -> String? {
    let report = try DatasetAuditor(threads: 1).audit(at: folder.path)
    let read = try LabelledDataset.read(at: folder.path).audit[.suspectedBoxForm]
    let entries = report.entries.filter { $0.finding == .suspectedBoxForm }
    // Reading, and so evaluation and training, says the same.
    #expect(entries.count == read)
    return entries.first?.place.detail
  }

  @Test("sizes in a VOC file")
  func sizesForCorners() throws {
    let set = try AuditSet(TemporaryFolder())
    let objects = (0..<12).map { box in
      let corner = AuditSet.corner(of: box)
      return AuditSet.object("cat", [corner.x, corner.y, 10, 8])
    }
    let document = "<annotation>" + objects.joined(separator: "\n") + "</annotation>"
    for name in ["a", "b"] { try set.folder.write(document, to: "Annotations/\(name).xml") }
    // Only the box in the upper left corner has its right and lower sides where they belong.
    #expect(
      try suspicion(set.folder)
        == "as 'x1 y1 x2 y2' 22 of 24 boxes are inverted or reach out of their image; as 'x y width height' all fit")
  }

  @Test("corners and upper left corners in YOLO files", arguments: [false, true])
  func otherFormsForCentres(corners: Bool) throws {
    let set = try AuditSet(TemporaryFolder())
    let lines = (0..<12).map { box in
      let corner = AuditSet.corner(of: box)
      // The first column begins at the left side, where half of a box would be outside.
      let (x, y) = (Double(corner.x - 5) / 100, Double(corner.y) / 80)
      return corners ? "0 \(x) \(y) \(x + 0.1) \(y + 0.1)" : "0 \(x) \(y) 0.1 0.1"
    }
    for name in ["a", "b"] { try set.folder.write(lines.joined(separator: "\n"), to: "labels/\(name).txt") }
    let form = corners ? "x1 y1 x2 y2" : "x y width height"
    #expect(try suspicion(set.folder)?.hasSuffix("as '\(form)' all fit") == true)
  }

  @Test("two careless boxes among many, and one box alone, are no sign")
  func genuine() throws {
    var set = try AuditSet(TemporaryFolder())
    set.annotations.append(AuditSet.annotation(id: 8, "60, 10, 70, 20"))
    set.annotations.append(AuditSet.annotation(id: 9, "10, 60, 20, 70"))
    try set.writeCOCO()
    #expect(try suspicion(set.folder) == nil)
    set.annotations = [AuditSet.annotation(id: 1, "60, 10, 70, 20")]
    try set.writeCOCO()
    #expect(try suspicion(set.folder) == nil)
  }
}
