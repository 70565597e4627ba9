import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct LabelMeMaskTests {
  private func shape(
    _ kind: String, _ points: String, group: Int? = nil, mask: String? = nil, label: String = "cat"
  ) -> String {
    let more = mask.map { #", "mask": "\#($0)""# } ?? ""
    return
      #"{"label": "\#(label)", "points": [\#(points)], "group_id": \#(group.map(String.init) ?? "null"), "#
      + #""shape_type": "\#(kind)"\#(more)}"#
  }

  /// Of an image of 10×8.
  private func read(
    _ shapes: [String], size: String = "10", needed: Bool = true
  ) throws -> (objects: [LabelledObject], audit: DatasetAudit) {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png", width: 10, height: 8)
    let text =
      #"{"shapes": [\#(shapes.joined(separator: ",\n"))], "imagePath": "a.png", "imageHeight": 8, "imageWidth": \#(size)}"#
    try folder.write(text, to: "a.json")
    let options = DatasetReadingOptions(readsMasks: true, needsMasks: needed)
    let dataset = try LabelledDataset.read(at: folder.path, options: options)
    return (dataset.images[0].objects, dataset.audit)
  }

  private func mask(_ object: LabelledObject) throws -> RunLengthMask? {
    try object.segmentation?.mask(width: 10, height: 8)
  }

  /// ```
  /// #..
  /// ##.
  /// ```
  private static func bitmap() throws -> String {
    let map = LabelMap(size: ImageSize(width: 3, height: 2), indices: [1, 0, 0, 1, 1, 0])
    return Data(try map.encodedPNG(palette: [])).base64EncodedString()
  }

  @Test("polygons, rectangles, turned boxes and circles are outlines")
  func outlines() throws {
    let (objects, _) = try read([
      shape("polygon", "[1, 1], [5, 1], [1, 5]"), shape("rectangle", "[6, 5], [2, 3]"),
      shape("rotation", "[5, 0], [7, 2], [5, 4], [3, 2]"), shape("circle", "[5, 4], [5, 7]"),
    ])
    #expect(objects[0].segmentation == .polygons([[1, 1, 5, 1, 1, 5]]))
    #expect(objects[1].segmentation == .polygons([[2, 3, 6, 3, 6, 5, 2, 5]]))
    #expect(objects[2].segmentation == .polygons([[5, 0, 7, 2, 5, 4, 3, 2]]))
    let circle = try #require(try mask(objects[3]))
    // Those whose middles are within 3 pixels of the middle.
    let expected = RunLengthMask(width: 10, height: 8) { x, y in hypot(Double(x) - 4.5, Double(y) - 3.5) < 3 }
    #expect(circle.iou(withGroundTruth: expected) > 0.85)
    #expect(circle.box == BoundingBox(x1: 2, y1: 1, x2: 8, y2: 7))
  }

  @Test("a bitmap stands in its box, also where the file does not state the image's size", arguments: ["10", "null"])
  func bitmaps(size: String) throws {
    let (objects, audit) = try read([shape("mask", "[4, 5], [6, 6]", mask: try Self.bitmap())], size: size)
    #expect(try objects.map { try mask($0)?.inside } == [[37..<39, 46..<47]])
    #expect(objects[0].area == 3)
    #expect(audit[.invalidMask] == 0)
  }

  @Test("shapes of one label and group are one object, rectangles and other labels stay apart")
  func groups() throws {
    let (objects, audit) = try read([
      shape("polygon", "[1, 1], [3, 1], [3, 3], [1, 3]", group: 1),
      shape("mask", "[6, 5], [8, 6]", group: 1, mask: try Self.bitmap()),
      shape("polygon", "[5, 1], [7, 1], [7, 3]", group: 1, label: "dog"),
      shape("rectangle", "[1, 1], [2, 2]", group: 2), shape("rectangle", "[4, 1], [6, 2]", group: 2),
    ])
    #expect(objects.count == 4)
    let whole = try #require(objects.first { $0.box == BoundingBox(x1: 1, y1: 1, x2: 8, y2: 6) })
    #expect(try mask(whole)?.area == 7)
    #expect(audit[.severalBoxesInObject] == 1)
  }

  @Test("what is no mask is named with its line and left out, or the mask alone where boxes do")
  func invalid() throws {
    let bitmap = try Self.bitmap()
    let shapes = [
      shape("mask", "[4, 5], [9, 6]", mask: bitmap), shape("mask", "[4, 4], [6, 5]", mask: "%%%"),
      shape("mask", "[4, 3], [6, 4]", mask: Data("no picture".utf8).base64EncodedString()),
      shape("mask", "[4, 2], [6, 3]"),
    ]
    let (objects, audit) = try read(shapes)
    #expect(objects.isEmpty && audit[.invalidMask] == 4)
    let places = try #require(audit.firstPlaces[.invalidMask])
    for (place, words) in zip(
      places,
      [
        "a.json:1: has a 'mask' of 3×2; expected 6×2", "a.json:2: has a 'mask' that is not in base64",
        "a.json:3: has a 'mask' that is no PNG", "a.json:4: has no bitmap",
      ])
    {
      #expect(place.contains(words), "\(place)")
    }
    #expect(try read(shapes, needed: false).objects.count == 4)
  }
}
