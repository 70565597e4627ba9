import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import Foundation
import Testing

struct DetectionAgreementReferenceTests {
  private let folder: TemporaryFolder
  private let classes = DetectionAgreementReference.Classes(names: ["cat", "dog"], ids: [1, 2])

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, to name: String = "results.json") throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
    return folder.path(name)
  }

  private func entry(_ image: Int, _ category: Int, bbox: String = "[1, 2, 3, 4]", score: String = "0.5") -> String {
    #"{"image_id": \#(image), "category_id": \#(category), "bbox": \#(bbox), "score": \#(score)}"#
  }

  private func refusal(
    _ entries: String..., images: [String] = ["9.jpg"], groundTruth: String? = nil
  ) throws -> String {
    let path = try write("[\(entries.joined(separator: ", "))]")
    let error = try #require(throws: DatasetError.self) {
      try DetectionAgreementReference(contentsOf: path, images: images, groundTruth: groundTruth, classes: classes)
    }
    return "\(error)".replacing(folder.path + "/", with: "")
  }

  @Test func numbersAreNames() throws {
    let path = try write("[\(entry(9, 2)), \(entry(42, 1)), \(entry(7, 99))]")
    let images = ["x/000000000009.jpg", "COCO_val2014_000000000042.jpg", "8.png"]
    let reference = try DetectionAgreementReference(contentsOf: path, images: images, classes: classes)
    #expect(reference.detections(in: images[0]) == [found(1, 2, 4, 6, 1, 0.5)])
    #expect(reference.detections(in: images[1]) == [found(1, 2, 4, 6, 0, 0.5)])
    #expect(reference.detections(in: images[2]).isEmpty)
    #expect(reference.otherImageCount == 1)
  }

  /// Ids of COCO, where the model counts its classes from 1.
  @Test func groundTruthNamesTheIDs() throws {
    let truth = try write(
      """
      {"images": [{"id": 3, "file_name": "sub/dog.jpg"}], "annotations": [],
       "categories": [{"id": 17, "name": "cat"}, {"id": 18, "name": "dog"}, {"id": 1, "name": "eel"}]}
      """, to: "truth.json")
    let path = try write("[\(entry(3, 18)), \(entry(3, 17))]")
    let reference = try DetectionAgreementReference(
      contentsOf: path, images: ["photos/dog.jpg"], groundTruth: truth, classes: classes)
    #expect(reference.detections(in: "photos/dog.jpg").map(\.classIndex) == [1, 0])
    #expect(
      try refusal(entry(3, 1), images: ["dog.jpg"], groundTruth: truth)
        == "results.json: [0].category_id is 1, 'eel', which the model does not know; expected one of cat, dog")
    #expect(
      try refusal(entry(3, 2), images: ["dog.jpg"], groundTruth: truth)
        == "results.json: [0].category_id is 2, which the ground truth does not have")
    #expect(
      try refusal(entry(3, 17), images: ["9.jpg"], groundTruth: truth)
        == "9.jpg: truth.json has no image of this name; expected one, with the results' id")
  }

  @Test func theListBesideTheResultsIsRead() throws {
    let path = try write("[\(entry(5, 1))]")
    _ = try write(#"[{"id": 5, "file_name": "photos/dog.jpg"}]"#, to: "results.images.json")
    let reference = try DetectionAgreementReference(contentsOf: path, images: ["dog.jpg"], classes: classes)
    #expect(reference.detections(in: "dog.jpg").count == 1)
    _ = try write(#"{"id": 5}"#, to: "results.images.json")
    #expect(
      try refusal(entry(5, 1), images: ["dog.jpg"])
        == "results.images.json: is not a list of images, each with 'id' and 'file_name'")
  }

  @Test func nothingFoundIsAnAnswer() throws {
    let reference = try DetectionAgreementReference(contentsOf: write("[]"), images: ["9.jpg"], classes: classes)
    #expect(reference.detections(in: "9.jpg").isEmpty)
  }

  @Test func whatDoesNotFitIsRefusedByNameAndEntry() throws {
    #expect(
      try refusal(entry(9, 1), entry(9, 3))
        == "results.json: [1].category_id is 3, which the model does not know; expected one of 1 (cat), 2 (dog), "
        + "or a COCO file that says what the ids mean")
    #expect(
      try refusal(entry(8, 1), entry(7, 1))
        == "results.json: holds detections of other images alone, such as image_id 7; expected those of the images to "
        + "compare, such as 9 for 9.jpg")
    #expect(
      try refusal(entry(9, 1, bbox: "[1, 2, -3, 4]"))
        == "results.json: [0].bbox is [1.0, 2.0, -3.0, 4.0]; expected x, y and a size of at least 0")
    #expect(
      try refusal(entry(9, 1, score: "1.5")) == "results.json: [0].score is 1.5; expected a number from 0 to 1")
    #expect(
      try refusal(entry(9, 1), images: ["dog.jpg"])
        == "dog.jpg: has no number for a name; expected one such as 000000000009.jpg, or a COCO file that gives its id")
    #expect(
      try refusal(entry(9, 1), images: ["a/9.jpg", "b/009.jpg"])
        == "b/009.jpg: has the id 9, as a/9.jpg has; expected images with ids of their own")
    #expect(try refusal(#"{"image_id": 9, "category_id": 1, "score": 1}"#).contains("has no key 'bbox'"))
    #expect(try refusal(#"{"image_id": 9"#).hasPrefix("results.json:1:"))
  }
}
