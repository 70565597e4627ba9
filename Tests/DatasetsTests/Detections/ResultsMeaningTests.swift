import Datasets
import DetectionUtilities
import ImageCodecs
import Testing

/// COCO results whose ids are not the ground truth's own.
struct ResultsMeaningTests {
  private static func dataset(
    _ files: [String], classes: [String] = ["cat", "dog"], hasIDs: Bool = false, firstClass: Int = 0
  ) -> LabelledDataset {
    LabelledDataset(
      classes: classes.enumerated().map { ObjectClass(id: $0.offset + firstClass, name: $0.element) },
      images: files.enumerated().map {
        var image = LabelledImage(
          id: $0.offset + 1, path: "/data/" + $0.element, size: ImageSize(width: 100, height: 80), objects: [])
        image.hasOwnID = hasIDs
        return image
      })
  }

  /// - Parameter entries: What stands before box and score.
  private static func results(_ entries: [String]) -> String {
    "[" + entries.map { "{\($0), \"bbox\": [1, 2, 3, 4], \"score\": 0.5}" }.joined(separator: ",\n") + "]"
  }

  private static func read(
    _ entries: [String], _ dataset: LabelledDataset, _ options: DetectionReadingOptions = DetectionReadingOptions()
  ) throws -> DetectionSet {
    try DetectionSetTests.read(results(entries), "d.json", options, dataset: dataset)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var files: [String]
    var entries: [String]
    /// Places in `files` from 1.
    var images: [Int]
    var evidence: String
    var hasIDs = false
    var testDescription: String { "\(entries)" }
  }

  @Test(
    "an image is the one of that name, never the one in that place",
    arguments: [
      Case(
        files: ["1.jpg", "10.jpg", "2.jpg"], entries: [#""image_id": 2, "category_id": 0"#], images: [3],
        evidence: "images found: 1 by image_id as the number that is the file name"),
      Case(
        files: ["000012.jpg", "b.jpg"],
        entries: [#""image_id": 12.0, "category_id": 0"#, #""image_id": "b", "category_id": 0"#], images: [1, 2],
        evidence: "1 by image_id as file name, 1 by image_id as the number that is the file name"),
      Case(
        files: ["1.jpg", "2.jpg"], entries: [#""image_id": 1, "file_name": "2.jpg", "category_id": 0"#], images: [2],
        evidence: "images found: 1 by file_name"),
      Case(
        files: ["a/1.jpg", "b/1.jpg"], entries: [#""image_id": 7, "file_name": "b/1.jpg", "category_id": 0"#],
        images: [2], evidence: "images found: 1 by file_name"),
      Case(
        files: ["a.jpg", "b.jpg"], entries: [#""image_id": 70, "file_name": "b.jpg", "category_id": 0"#], images: [2],
        evidence: "images found by file_name: the ids are not the ground truth's", hasIDs: true),
      Case(
        files: ["a.jpg", "b.jpg"], entries: [#""image_id": "b", "category_id": 0"#], images: [2],
        evidence: "images found by image_id as file name: the ids are not the ground truth's", hasIDs: true),
    ])
  func images(test: Case) throws {
    let found = try Self.read(test.entries, Self.dataset(test.files, hasIDs: test.hasIDs))
    #expect(found.detections.map(\.imageID) == test.images)
    #expect(found.summary.contains(test.evidence), "\(found.summary)")
  }

  @Test(
    "an image that may be two or none is refused",
    arguments: [
      (["a.jpg", "b.jpg"], #""image_id": 1"#, false, "image_id '1'"),
      (["01.jpg", "1.jpg"], #""image_id": 1"#, false, "image_id 1 may be '/data/01.jpg' or '/data/1.jpg'"),
      (["a/1.jpg", "b/1.jpg"], #""image_id": 1"#, false, "image_id 1 may be"),
      (["a/1.jpg", "b/1.jpg"], #""image_id": 1, "file_name": "1.jpg""#, false, "/data/a/1.jpg or /data/b/1.jpg?"),
      (
        ["1.jpg", "2.jpg"], #""image_id": 1, "file_name": "2.jpg""#, true,
        "image_id and file_name are at odds for 1 of 1"
      ),
      (["1.jpg", "2.jpg"], #""image_id": 5"#, true, "'5'; expected the dataset's 2 images, such as '1'"),
    ])
  func refusedImages(files: [String], entry: String, hasIDs: Bool, problem: String) throws {
    let error = try #require(throws: DatasetError.self) {
      try Self.read([entry + #", "category_id": 0"#], Self.dataset(files, hasIDs: hasIDs))
    }
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test("texts as ids on both sides")
  func textIDs() throws {
    var image = LabelledImage(id: 1, path: "/1.jpg", size: ImageSize(width: 9, height: 9), objects: [])
    image.textID = "frame_1"
    var label = ObjectClass(id: 1, name: "cell")
    label.textID = "c"
    let dataset = LabelledDataset(classes: [label], images: [image])
    let found = try Self.read([#""image_id": "frame_1", "category_id": "c""#], dataset)
    #expect(found.detections.map(\.imageID) == [1])
    #expect(found.readings.isEmpty)
    #expect(throws: DatasetError.self) { try Self.read([#""image_id": 1, "category_id": "c""#], dataset) }
  }

  @Test(
    "category ids are places from 0 or from 1 where one of these is possible",
    arguments: [
      ([0, 1], [0, 1], "from 0: 0 occurs"), ([1, 2], [0, 1], "from 1: 2 occurs, and there are 2 classes"),
      ([0], [0], "from 0: 0 occurs"), ([2], [1], "from 1: 2 occurs"),
    ])
  func categories(ids: [Int], classes: [Int], evidence: String) throws {
    let found = try Self.read(ids.map { "\"image_id\": \"a\", \"category_id\": \($0)" }, Self.dataset(["a.jpg"]))
    #expect(found.detections.map(\.classIndex) == classes)
    #expect(
      found.summary.contains("category ids read as places in the list of classes " + evidence), "\(found.summary)")
  }

  @Test("both possible, or neither, is refused; a name beside, a list or the option settles it")
  func openCategories() throws {
    let dataset = Self.dataset(["a.jpg"])
    func read(_ rest: String, _ options: DetectionReadingOptions = DetectionReadingOptions()) throws -> [Int] {
      try Self.read(["\"image_id\": \"a\", " + rest], dataset, options).detections.map(\.classIndex)
    }
    let both = try #require(throws: DatasetError.self) { try read(#""category_id": 1"#) }
    #expect(both.problem.contains("--category-ids from0 or from1"), "\(both)")
    let neither = try #require(throws: DatasetError.self) { try read(#""category_id": 17"#) }
    #expect(neither.problem.contains("17 to 17 fit no list of 2 classes"), "\(neither)")
    #expect(try read(#""category_id": 1"#, DetectionReadingOptions(categoryIDs: .fromZero)) == [1])
    #expect(try read(#""category_id": 1"#, DetectionReadingOptions(categoryIDs: .fromOne)) == [0])
    #expect(try read(#""category_id": 1"#, DetectionReadingOptions(classes: ["owl", "cat"])) == [0])
    #expect(try read(#""category_id": 17, "category_name": "dog""#) == [1])
    #expect(try read(#""category_id": "dog""#) == [1])
  }

  @Test("ids that are places need a list, which VOC has not; COCO's 80 classes have ids with gaps")
  func lists() throws {
    let voc = Self.dataset(["a.jpg"], firstClass: 1)
    let error = try #require(throws: DatasetError.self) {
      try Self.read([#""image_id": "a", "category_id": 0"#], voc)
    }
    #expect(error.problem.contains("give the detections' own list with --classes"), "\(error)")
    let coco = Self.dataset(["a.jpg"], classes: (0..<80).map { "class \($0)" })
    let found = try Self.read([#""image_id": "a", "category_id": 90"#], coco)
    #expect(found.detections.map(\.classIndex) == [79])
    #expect(found.summary.contains("those of COCO's 80 classes, 1 to 90"))
  }

  @Test("lists within an object, and scores in quotes")
  func wrapped() throws {
    for key in ["annotations", "predictions", "detections", "results"] {
      let text =
        "{\"info\": {\"a\": []}, \"\(key)\": "
        + #"[{"image_id": 4, "category_id": 3, "bbox": [10, 20, 30, 40], "score": "0.5"}]}"#
      #expect(try DetectionSetTests.read(text, "d.json").detections.map(\.score) == [0.5])
    }
    let error = try #require(throws: DatasetError.self) { try DetectionSetTests.read(#"{"boxes": []}"#, "d.json") }
    #expect(error.problem.contains("the keys boxes; expected a list of detections"), "\(error)")
  }

  @Test(
    "what is missing is named with its index",
    arguments: [
      (#"{"image_id": 4, "category_id": 3, "bbox": null, "score": 0.5}"#, "[1].bbox is null"),
      (#"{"image_id": 4, "category_id": 3, "score": 0.5}"#, "[1] has no key 'bbox'"),
      (#"{"image_id": null, "category_id": 3, "bbox": [1, 2, 3, 4], "score": 0.5}"#, "[1] has no key 'image_id'"),
      (
        #"{"image_id": 4, "category_id": 3, "bbox": [1, 2, 3, 4], "score": "high"}"#,
        "[1].score: 'high' is not a number"
      ),
      (
        #"{"image_id": 4.5, "category_id": 3, "bbox": [1, 2, 3, 4], "score": 1}"#,
        "[1].image_id: expected a whole number"
      ),
    ])
  func missing(entry: String, problem: String) throws {
    let first = #"{"image_id": 4, "category_id": 3, "bbox": [1, 2, 3, 4], "score": 0.5}"#
    let error = try #require(throws: DatasetError.self) { try DetectionSetTests.read("[\(first), \(entry)]", "d.json") }
    #expect(error.problem.contains(problem), "\(error)")
  }
}
