import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import Testing

/// COCO files in which some records are wrong, or say their box in another way.
struct COCORecordReaderTests {
  private func file(_ annotations: String, images: String = "", categories: String = "") -> String {
    """
    {"images": [{"id": 1, "file_name": "a.png", "width": 100, "height": 80}\(images)],
    "categories": [{"id": 1, "name": "cat"}\(categories)],
    "annotations": [\(annotations)]}
    """
  }

  private func annotation(_ id: Int, _ more: String) -> String {
    #"{"id": \#(id), "image_id": 1, "category_id": 1\#(more)}"#
  }

  @Test("an audit lists every bad record with line and column, and goes on; reading refuses with the first few")
  func everyRecord() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let annotations = [
      annotation(1, #", "bbox": null"#), annotation(2, #", "bbox": []"#), annotation(3, ""), "null", "[1]",
      annotation(4, #", "bbox": ["1", "2", "3", "4"]"#), annotation(5, #", "bbox": [1, 2, NaN, 4]"#),
      #"{"id": 6, "image_id": 0.5, "category_id": 1, "bbox": [1, 2, 3, 4]}"#,
      annotation(7, #", "bbox": [1, 2, 3, 4]"#),
    ]
    let path = try folder.write(file(annotations.joined(separator: ",\n")), to: "a.json")
    let report = try DatasetAuditor(threads: 1).audit(at: path)
    #expect(report.dataset.objectCount == 1)
    let places = report.entries.filter { $0.finding == .malformedLabel }.map {
      String($0.place.description.dropFirst(path.count))
    }
    #expect(
      places == [
        ":3:68: annotations[0].bbox is null; expected [x, y, width, height]",
        ":4:52: annotations[1].bbox has 0 numbers; expected [x, y, width, height]",
        ":5:1: annotations[2] has no key 'bbox'", ":6:1: annotations[3]: expected an object",
        ":7:1: annotations[4]: expected an object", ":8:53: annotations[5].bbox[0]: expected a number",
        ":9:59: annotations[6].bbox[2]: NaN is not JSON; expected a finite number",
        ":10:23: annotations[7].image_id: expected a whole number",
      ])
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path) }
    #expect((error.line, error.column) == (3, 68))
    #expect(error.problem.contains("annotations[4]: expected an object\n  and 3 more"), "\(error)")
  }

  @Test("images without id or file name, classes without a name or with an id twice are findings; their boxes are not")
  func imagesAndClasses() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let boxes = [
      annotation(1, #", "bbox": [1, 2, 3, 4]"#),
      #"{"id": 2, "image_id": 3, "category_id": 2, "bbox": [1, 2, 3, 4]}"#,
    ]
    let path = try folder.write(
      file(
        boxes.joined(separator: ","), images: #", {"file_name": "b.png"}, {"id": 3, "width": 9, "height": 9}"#,
        categories: #", {"id": 2}, {"id": 1, "name": "dog"}"#), to: "a.json")
    let report = try DatasetAuditor(threads: 1).audit(at: path)
    #expect(report.counts[.malformedLabel] == 4, "\(report.text())")
    #expect(report.counts[.labelsWithoutImage] == nil)
    for problem in [
      "images[1] has no key 'id'", "images[2] has no key 'file_name'", "categories[1] has no key 'name'",
      "categories: the id 1 stands twice",
    ] { #expect(report.text().contains(problem), "\(report.text())") }
  }

  @Test(
    "a box that is not there comes from the segmentation",
    arguments: [
      ("[[5, 6, 20, 6, 20, 30.5], [2, 9, 3, 9, 3, 10]]", BoundingBox(x1: 2, y1: 6, x2: 20, y2: 30.5)),
      // A picture of 4 rows and 5 columns: rows 1 and 2 of column 1, then row 0 of column 2.
      (#"{"counts": [5, 2, 1, 1, 11], "size": [4, 5]}"#, BoundingBox(x1: 1, y1: 0, x2: 3, y2: 3)),
      // The same numbers as text: the last two as their differences, −1 and 10, from the numbers two places before.
      (#"{"counts": "521O:", "size": [4, 5]}"#, BoundingBox(x1: 1, y1: 0, x2: 3, y2: 3)),
    ])
  func segmentation(text: String, box: BoundingBox) throws {
    let folder = try TemporaryFolder()
    let annotations = [
      annotation(1, ", \"segmentation\": \(text)"), annotation(2, #", "bbox": [], "keypoints": [1, 2, 2]"#),
    ]
    let path = try folder.write(file(annotations.joined(separator: ",")), to: "a.json")
    let dataset = try LabelledDataset.read(
      at: path, options: DatasetReadingOptions(requiresImages: false, treatment: .asWritten))
    #expect(dataset.images[0].objects.map(\.box) == [box])
    #expect(dataset.audit.counts == [.polygonLabel: 1, .shapeLeftOut: 1])
    #expect(dataset.audit.shapesLeftOut == ["keypoints": 1])
  }

  @Test(
    "run lengths that add up to more than can be counted are refused",
    arguments: [
      // Each 15·2⁵⁵ more than two places before.
      #"{"counts": "\#(String(repeating: "PPPPPPPPPPP?", count: 40))", "size": [4, 5]}"#,
      #"{"counts": "\#(String(repeating: "ooooooooooo7", count: 80))", "size": [4, 5]}"#,
    ])
  func endlessRuns(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(file(annotation(1, ", \"segmentation\": \(text)")), to: "a.json")
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: path, options: DatasetReadingOptions(requiresImages: false))
    }
    #expect(error.path == path && error.problem.contains("expected run lengths"), "\(error)")
  }

  @Test("a set to be tested on needs no annotations; NaN does no harm where nobody asks for the value")
  func testSet() throws {
    let folder = try TemporaryFolder()
    let options = DatasetReadingOptions(requiresImages: false)
    for rest in ["", #", "annotations": null, "categories": null"#, #", "x": NaN, "y": [Infinity], "z": -Infinity"#] {
      let path = try folder.write("{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}]\(rest)}", to: "a.json")
      let dataset = try LabelledDataset.read(at: path, options: options)
      #expect(dataset.images.count == 1 && dataset.audit.counts == [.unlabelledSet: 1, .imageWithoutObjects: 1])
    }
  }

  @Test("in one line of JSON the place is a column in characters and an offset in bytes")
  func oneLine() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("\u{FEFF}{\"images\": [], \"info\": \"äöü\", \"annotations\": [,]}", to: "a.json")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path) }
    #expect((error.line, error.column, error.byteOffset) == (1, 47, 52), "\(error)")
  }
}
