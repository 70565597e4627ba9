import Datasets
import DetectionUtilities
import FolderTesting
import Testing

/// COCO's files as they are written: every digit counts, and what is no number is named with its place.
struct COCONumbersTests {
  private func truth(_ annotations: String) -> String {
    """
    {"images": [{"id": 3, "width": 100, "height": 80, "file_name": "a \\u00e4.jpg"}],
     "info": {"x": [1, {"y": "]}\\""}], "z": null}, "categories": [{"id": 1, "name": "cat", "supercategory": ""}],
     "annotations": [
    \(annotations)]}
    """
  }

  private func annotation(_ box: String, more: String = "") -> String {
    "{\"id\": 7, \"image_id\": 3, \"category_id\": 1, \"bbox\": \(box)\(more)}"
  }

  private func read(_ text: String) throws -> COCOGroundTruthFile {
    let folder = try TemporaryFolder()
    return try COCOGroundTruthFile.read(from: folder.write(text, to: "truth.json"))
  }

  @Test func numbersAreTheNearestDoubles() throws {
    let more = #", "area": 12345678901234567890, "iscrowd": false, "segmentation": [[1, 2.5], {"a": "[" }]"#
    let file = try read(truth(annotation("[0.1, 1e1, 30.000000000000004,\n4.0E+1]", more: more)))
    #expect(file.annotations.first?.bbox == [0.1, 10, 30.000000000000004, 40])
    #expect(file.annotations.first?.area == 12_345_678_901_234_567_890)
    #expect(file.annotations.first?.isCrowd == 0)
    #expect(file.images.first?.fileName == "a ä.jpg")
    let folder = try TemporaryFolder()
    let found = try COCOResultsFile.read(
      from: folder.write(
        "[ {\"score\":0.12345678901234567,\"image_id\":3.0,\"bbox\":[-0.0,2e-5,3,123456.789e-3],"
          + "\"category_id\":1 } ]\n", to: "found.json"))
    let entry = try #require(found.entries.first)
    #expect(entry.score == 0.12345678901234567 && entry.imageID == 3)
    #expect(entry.bbox == CornerSizeBox(x: -0.0, y: 2e-5, width: 3, height: 123.456789))
  }

  /// Random doubles written with all their digits come back as they were.
  @Test func everyDigitSurvives() throws {
    var generator = SeededGenerator(seed: 11)
    let scores = (0..<2000).map {
      Double.random(in: 0...1, using: &generator) * [1, 1e-7, 1e12, 1e-30, 1e25][$0 % 5]
    }
    let folder = try TemporaryFolder()
    let path = folder.path("found.json")
    let box = CornerSizeBox(x: 1, y: 2, width: 3, height: 4)
    try COCOResultsFile(
      entries: scores.map { COCOResultsFile.Entry(imageID: 1, categoryID: 1, bbox: box, score: $0) }
    ).write(to: path)
    #expect(try COCOResultsFile.read(from: path).entries.map(\.score) == scores)
  }

  @Test(arguments: [
    ("[1, 2, NaN, 4]", 4, "annotations[0].bbox[2]: NaN is not JSON; expected a finite number"),
    ("[1, 2, -Infinity, 4]", 4, "annotations[0].bbox[2]: -Infinity is not JSON; expected a finite number"),
    ("[1, 2, \"3\", 4]", 4, "annotations[0].bbox[2]: expected a number"),
    ("[1, 2, 1e999, 4]", 4, "annotations[0].bbox[2]: expected a number"),
    ("null", 4, "annotations[0].bbox is null; expected [x, y, width, height]"),
    ("[1, 2, 3, 4", 4, "not JSON: expected ',' or the end of a list or object"),
    ("[1, 2, 3, 4], \"iscrowd\": 0.5", 4, "annotations[0].iscrowd: expected a whole number"),
    ("[1, 2, 3, 4]}, {", 4, "annotations[1] has no key 'bbox'"),
  ])
  func whatIsNoNumberIsNamed(box: String, line: Int, problem: String) throws {
    let error = try #require(throws: DatasetError.self) { try read(truth(annotation(box))) }
    #expect(error.line == line && error.problem == problem, "\(error)")
  }

  /// Metrics need neither names nor sizes: pycocotools does without.
  @Test func metricsNeedIdsOnly() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      {"images": [{"id": 4}, {"id": 9, "file_name": ""}], "categories": [{"id": 2}],
       "annotations": [{"id": 1, "image_id": 9, "category_id": 2, "bbox": [1, 2, 3, 4]}]}
      """, to: "truth.json")
    let dataset = try LabelledDataset.read(at: path, options: DatasetReadingOptions(requiresImages: false))
    #expect(dataset.images.map(\.id) == [4, 9] && dataset.images.map(\.objects.count) == [0, 1])
    #expect(dataset.images.allSatisfy { !$0.isSizeKnown } && dataset.classes == [ObjectClass(id: 2, name: "class 2")])
    #expect(throws: DatasetError.self) { try COCOGroundTruthFile.read(from: path) }
  }

  @Test func theWholeFileIsOneValue() throws {
    func problem(_ text: String) throws -> String {
      try #require(throws: DatasetError.self) { try read(text) }.problem
    }
    #expect(try problem("") == "not JSON: the file is empty")
    #expect(try problem(truth("") + "x") == "not JSON: something follows the end of the JSON value")
    #expect(try problem(String(truth("").dropLast())) == "not JSON: the file ends before its last value does")
    #expect(try problem("[]") == "the file: expected an object")
  }
}
