import Datasets
import Evaluation
import Foundation
import Testing

/// Files that some program wrote: what cannot be measured is refused by name, what is strange is said.
struct COCOEvaluationFilesTests {
  private static let images = #""images": [{"id": 3, "width": 100, "height": 80, "file_name": "a.jpg"}, {"id": 9}]"#
  private static let categories = #""categories": [{"id": 1, "name": "cat"}, {"id": 5}]"#

  private func truth(_ annotations: String) -> String {
    "{\(Self.images), \(Self.categories),\n\"info\": {\"x\": [1, {\"y\": \"]}\"}]}, \"annotations\": [\n\(annotations)]}"
  }

  private func annotation(_ id: Int, _ box: String, more: String = "") -> String {
    "{\"id\": \(id), \"image_id\": 3, \"category_id\": 1, \"bbox\": \(box)\(more)}"
  }

  private func found(_ box: String, image: Int = 3, category: Int = 1, score: String = "0.5") -> String {
    "[{\"image_id\": \(image), \"category_id\": \(category), \"bbox\": \(box), \"score\": \(score)}]"
  }

  private func read(_ truth: String, _ found: String) throws -> COCOEvaluationFiles {
    let folder = try TemporaryFolder()
    try Data(truth.utf8).write(to: URL(fileURLWithPath: folder.path("truth.json")))
    try Data(found.utf8).write(to: URL(fileURLWithPath: folder.path("found.json")))
    do {
      return try COCOEvaluationFiles(groundTruth: folder.path("truth.json"), detections: folder.path("found.json"))
    } catch let error as DatasetError {
      throw DatasetError(
        path: error.path.replacingOccurrences(of: folder.path + "/", with: ""), line: error.line,
        problem: error.problem.replacingOccurrences(of: folder.path + "/", with: ""))
    }
  }

  @Test func numbersAreTakenAsTheyAreWritten() throws {
    let files = try read(
      truth(
        annotation(
          7, "[0.1, 1e1, 30.000000000000004, 4.0E+1]", more: #", "area": 12345678901234567890, "iscrowd": false"#)
      ), found("[ 1,2.5 ,\n3,4]", category: 5, score: "0.12345678901234567"))
    let object = try #require(files.set.groundTruth.first)
    #expect(object.box.x == 0.1 && object.box.y == 10 && object.box.width == 30.000000000000004)
    #expect(object.box.height == 40 && object.area == 12_345_678_901_234_567_890 && !object.isCrowd)
    let detection = try #require(files.set.detections.first)
    #expect(detection.score == 0.12345678901234567 && detection.classIndex == 1 && detection.box.y == 2.5)
    #expect(files.set.classes == [ObjectClass(id: 1, name: "cat"), ObjectClass(id: 5, name: "class 5")])
    #expect(files.set.images.map(\.name) == ["a.jpg", "image 9"])
    #expect(files.warnings.isEmpty)
  }

  @Test(arguments: [
    ("[1, 2, NaN, 4]", "truth.json:3: annotations[0].bbox[2]: NaN is not JSON; expected a finite number"),
    ("[1, 2, 3]", "truth.json: annotations[0] (id 7): bbox has 3 numbers; expected [x, y, width, height]"),
    ("[1, 2, -3, 4]", "truth.json: annotations[0] (id 7): bbox is [1.0, 2.0, -3.0, 4.0]; expected [x, y, width"),
    ("[1, 2, \"3\", 4]", "truth.json:3: annotations[0].bbox[2]: expected a number"),
    ("[1, 2, 1e999, 4]", "truth.json:3: annotations[0].bbox[2]: expected a number"),
    ("null", "truth.json:3: annotations[0].bbox: expected a list"),
    ("[1, 2, 3, 4", "truth.json:3: not JSON: expected ',' or the end of a list or object"),
  ])
  func badGroundTruthIsRefused(box: String, message: String) throws {
    let error = try #require(throws: DatasetError.self) { try read(truth(annotation(7, box)), "[]") }
    #expect(error.description.hasPrefix(message), "\(error)")
  }

  @Test func idsThatStandTwiceAndUnknownOnesAreRefused() throws {
    func problem(_ truth: String, _ found: String) throws -> String {
      try #require(throws: DatasetError.self) { try read(truth, found) }.description
    }
    let box = "[1, 2, 3, 4]"
    #expect(
      try problem(truth(annotation(7, box) + ",\n" + annotation(7, box)), "[]")
        == "truth.json: annotations[1] (id 7): this id stands twice; expected it once")
    let otherClass = annotation(7, box).replacingOccurrences(of: "\"category_id\": 1", with: "\"category_id\": 2")
    #expect(
      try problem(truth(otherClass), "[]")
        == "truth.json: annotations[0].category_id is 2; expected one of the categories' ids")
    #expect(
      try problem(truth(""), found(box, image: 4))
        == "found.json: [0]: image_id 4 is not in truth.json; expected detections of its images only")
    // Two classes with ids up to 5: the 2 may be a running number.
    #expect(try problem(truth(""), found(box, category: 2)).contains("these may be running numbers"))
    #expect(
      try problem(truth(""), "{\"annotations\": []}")
        == "found.json:1: the file: expected a list of detections, found an object")
    #expect(try problem("{\(Self.images)}", "[]") == "truth.json: the file has no key 'annotations'")
    #expect(try problem(truth("{\"id\": 1}"), "[]") == "truth.json:3: annotations[0] has no key 'bbox'")
    #expect(try problem("", "[]") == "truth.json:1: not JSON: the file is empty")
    #expect(try problem(truth("") + "x", "[]").contains("something follows the end"))
  }

  @Test func strangeThingsAreSaid() throws {
    func warnings(_ truth: String, _ found: String) throws -> [String] {
      try read(truth, found).warnings.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    }
    let box = "[1, 2, 3, 4]"
    #expect(
      try warnings(truth(annotation(0, box)), "[]") == [
        "truth.json: 1 × annotation id 0 (pycocotools counts what finds it as wrong; here it counts as right), first: "
          + "annotations[0]"
      ])
    #expect(try warnings(truth(annotation(1, "[1, 2, 0, 4]")), "[]").first?.contains("1 × boxes without area") == true)
    let elsewhere = annotation(1, box).replacingOccurrences(of: "\"image_id\": 3", with: "\"image_id\": 4")
    #expect(try warnings(truth(elsewhere), "[]").first?.contains("annotations of an image that is not in") == true)
    #expect(try warnings(truth(""), found(box, score: "1.5")).first?.contains("1 × scores outside of 0 to 1") == true)
    // From 60 to 95 of 100, and 50 to 75 of 80: as widths they reach far out.
    let corners = try warnings(truth(annotation(1, "[60, 50, 95, 75]")), "[]")
    #expect(corners.count == 2)
    #expect(
      corners[0] == "truth.json: 1 of 1 boxes reach out of their image as [x, y, width, height] but would fit as "
        + "[x1, y1, x2, y2]; COCO expects width and height")
  }
}
