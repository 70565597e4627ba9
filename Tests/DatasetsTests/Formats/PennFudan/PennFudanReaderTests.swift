import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct PennFudanReaderTests {
  private static let text = """
    # Compatible with PASCAL Annotation Version 1.00
    Image filename : "PennFudanPed/PNGImages/a.png"
    Image size (X x Y x C) : 5 x 4 x 3
    Objects with ground truth : 2 { "PASpersonWalking" "PASpersonStanding" }
    # Top left pixel co-ordinates : (1, 1)
    # Details for pedestrian 1 ("PASpersonWalking")
    Original label for object 1 "PASpersonWalking" : "PennFudanPed"
    Bounding box for object 1 "PASpersonWalking" (Xmin, Ymin) - (Xmax, Ymax) : (1, 1) - (2, 3)
    Pixel mask for object 1 "PASpersonWalking" : "PennFudanPed/PedMasks/a_mask.png"
    Bounding box for object 2 "PASpersonStanding" (Xmin, Ymin) - (Xmax, Ymax) : (4, 1) - (4, 2)
    """

  private func folder(text: String? = text) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.writeImage("PNGImages/a.png", width: 5, height: 4)
    let map = LabelMap(
      size: ImageSize(width: 5, height: 4),
      indices: [
        1, 1, 0, 2, 0,
        1, 0, 0, 2, 0,
        1, 1, 0, 0, 0,
        0, 0, 0, 0, 0,
      ])
    try folder.write(Data(map.encodedPNG(palette: [])), to: "PedMasks/a_mask.png")
    if let text { try folder.write(text, to: "Annotation/a.txt") }
    return folder
  }

  @Test("boxes and classes of the text file, counted from 1 there, masks of the numbers")
  func masks() throws {
    let folder = try folder()
    #expect(try DatasetFormat.guess(at: folder.path) == .pennFudan)
    let dataset = try LabelledDataset.read(at: folder.path, options: DatasetReadingOptions(readsMasks: true))
    #expect(dataset.classNames == ["PASpersonWalking", "PASpersonStanding"])
    let objects = dataset.images[0].objects
    #expect(objects.map(\.box) == [BoundingBox(x1: 0, y1: 0, x2: 2, y2: 3), BoundingBox(x1: 3, y1: 0, x2: 4, y2: 2)])
    #expect(objects.map(\.classIndex) == [0, 1] && objects.map(\.area) == [5, 2])
    #expect(try objects[0].segmentation?.mask(width: 5, height: 4).inside == [0..<3, 4..<5, 6..<7])
    #expect(dataset.audit.counts.isEmpty)
    let boxes = try LabelledDataset.read(at: folder.path)
    #expect(boxes.images[0].objects.map(\.box) == objects.map(\.box))
    #expect(boxes.images[0].objects.allSatisfy { $0.segmentation == nil })
  }

  @Test("without a text file the boxes are those around the masks")
  func withoutText() throws {
    let folder = try folder(text: nil)
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classNames == ["PASpersonWalking"])
    #expect(
      dataset.images[0].objects.map(\.box) == [
        BoundingBox(x1: 0, y1: 0, x2: 2, y2: 3), BoundingBox(x1: 3, y1: 0, x2: 4, y2: 2),
      ])
  }

  @Test("a line that is no box is refused by its number; a number that no line has is counted")
  func bad() throws {
    let broken = Self.text.replacing("(4, 1) - (4, 2)", with: "(4, 1)")
    let brokenSet = try folder(text: broken)
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: brokenSet.path) }
    #expect(error.line == 10 && error.path.hasSuffix("Annotation/a.txt"))
    let short = Self.text.split(separator: "\n").dropLast().joined(separator: "\n")
    let shortSet = try folder(text: short)
    let report = try DatasetAuditor(threads: 1).audit(at: shortSet.path)
    #expect(report.counts[.unlistedObjectNumber] == 1, "\(report.text())")
    #expect(report.entries.first { $0.finding == .unlistedObjectNumber }?.place.detail == "2, of 1 object")
  }
}
