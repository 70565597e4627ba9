import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct MaskWritingTests {
  private static let options = DatasetReadingOptions(
    requiresImages: false, treatment: .asWritten, readsMasks: true, needsMasks: false)

  /// In an image of 9×7: an outline with fractions, two outlines, two that overlap, a ring in numbers, a crowd of two parts in
  /// compressed run lengths, an outline that reaches far out, and a box.
  private static let segmentations: [(text: String?, box: String, isCrowd: Bool)] = [
    ("[[0.1, 0.3, 4.7, 0.3, 4.7, 5.2, 2.3, 6.6]]", "0.1, 0.3, 4.6, 6.3", false),
    ("[[0, 0, 2, 0, 2, 2], [5, 3, 8, 3, 8, 6]]", "0, 0, 8, 6", false),
    ("[[0, 0, 4, 0, 4, 4, 0, 4], [2, 2, 6, 2, 6, 6, 2, 6]]", "0, 0, 6, 6", false),
    (#"{"counts": [8, 3, 4, 1, 1, 1, 4, 3, 38], "size": [7, 9]}"#, "1, 1, 3, 3", false),
    (
      #"{"counts": "\#(RunLengthMask(width: 9, height: 7, inside: [0..<2, 40..<42]).compressed)", "size": [7, 9]}"#,
      "0, 0, 9, 7", true
    ),
    ("[[4, 1, 40, 1, 40, 3, 4, 3]]", "4, 1, 5, 2", false), (nil, "1, 2, 3, 4", false),
  ]

  private func dataset(in folder: TemporaryFolder) throws -> LabelledDataset {
    try folder.writeImage("a.png", width: 9, height: 7)
    let annotations = Self.segmentations.enumerated().map { index, object in
      #"{"id": \#(index + 1), "image_id": 1, "category_id": 1, "bbox": [\#(object.box)], "area": 5, "#
        + #""iscrowd": \#(object.isCrowd ? 1 : 0)"#
        + (object.text.map { #", "segmentation": \#($0)}"# } ?? "}")
    }
    let path = try folder.write(
      #"{"images": [{"id": 1, "file_name": "a.png", "width": 9, "height": 7}], "#
        + #""categories": [{"id": 1, "name": "cat"}], "annotations": [\#(annotations.joined(separator: ","))]}"#,
      to: "a.json")
    return try LabelledDataset.read(at: path, options: Self.options)
  }

  private func masks(_ dataset: LabelledDataset) throws -> [RunLengthMask?] {
    try dataset.images[0].objects.map { try $0.segmentation?.mask(width: 9, height: 7) }
  }

  @Test("COCO keeps each form, crowds and areas")
  func coco() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(in: folder)
    #expect(try dataset.write(to: folder.path("b.json"), format: .coco).losses.isEmpty)
    let again = try LabelledDataset.read(at: folder.path("b.json"), options: Self.options)
    #expect(again.images[0].objects == dataset.images[0].objects)
    #expect(again.images[0].objects.compactMap(\.segmentation).count == 6)
  }

  @Test(
    "YOLO has one outline for each, of the same pixels, holes included; the box that is not around its mask is counted")
  func yolo() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(in: folder)
    let report = try dataset.write(to: folder.path("out"), format: .yolo)
    #expect(report.losses == [.crowdFlag: 1, .area: 1, .boxBesideMask: 1], "\(report.losses)")
    let lines = try folder.text("out/labels/a.txt").split(separator: "\n")
    #expect(lines.map { $0.split(separator: " ").count }.last == 5)
    let again = try LabelledDataset.read(at: folder.path("out"), options: Self.options)
    #expect(try masks(again) == masks(dataset))
    #expect(again.images[0].objects[0].segmentation == dataset.images[0].objects[0].segmentation)
    // And from there back to COCO.
    try again.write(to: folder.path("c.json"), format: .coco)
    let back = try LabelledDataset.read(at: folder.path("c.json"), options: Self.options)
    #expect(try masks(back) == masks(dataset))
    let summary = report.summary
    #expect(summary.contains("1 box other than around the mask: read again, it is the one around it"), "\(summary)")
  }

  @Test("triangles alone are not taken for boxes with a keypoint")
  func triangles() throws {
    let folder = try TemporaryFolder()
    let path = try folder.writeImage("a.png", width: 9, height: 7)
    var object = LabelledObject(annotationID: 1, box: BoundingBox(x1: 2, y1: 2, x2: 4, y2: 4), classIndex: 0)
    object.segmentation = .polygons([[2, 2, 4, 2, 4, 4]])
    let image = LabelledImage(id: 1, path: path, size: ImageSize(width: 9, height: 7), objects: [object])
    let dataset = LabelledDataset(classes: [ObjectClass(id: 0, name: "cat")], images: [image])
    try dataset.write(to: folder.path("out"), format: .yolo)
    let again = try LabelledDataset.read(at: folder.path("out"), options: Self.options)
    #expect(again.images[0].objects.map(\.segmentation) == [object.segmentation])
  }

  @Test(
    "what a format has no place for is counted, and masks without pixels or of endless outlines are boxes in YOLO's")
  func losses() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(in: folder)
    for format in [DatasetFormat.voc, .csv, .openImages] {
      let report = try dataset.write(to: folder.path(format.rawValue), format: format)
      #expect(report.losses[.mask] == 6, "\(format)")
      #expect(report.summary.contains("lost: 6 masks have no place in \(format.name)"))
    }
    let size = ImageSize(width: 300, height: 300)
    let path = try folder.writeImage("b.png", width: 300, height: 300)
    let noise = RunLengthMask(width: 300, height: 300) { x, y in x % 2 == 0 && y % 2 == 0 }
    let objects = [noise, RunLengthMask(width: 300, height: 300, inside: [])].map { mask in
      var object = LabelledObject(annotationID: 1, box: BoundingBox(x1: 0, y1: 0, x2: 299, y2: 299), classIndex: 0)
      object.segmentation = COCOSegmentation(mask)
      return object
    }
    let other = LabelledDataset(
      classes: dataset.classes, images: [LabelledImage(id: 1, path: path, size: size, objects: objects)])
    let report = try other.write(to: folder.path("noise"), format: .yolo)
    #expect(report.losses[.mask] == 2)
    let again = try LabelledDataset.read(at: folder.path("noise"), options: Self.options)
    #expect(again.images[0].objects.count == 2)
  }
}
