import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

struct DetectionSetTests {
  /// Two images of 100×80, ids 4 and 8; classes with ids that have a gap.
  static func dataset(isSizeKnown: Bool = true) -> LabelledDataset {
    let size = ImageSize(width: 100, height: 80)
    return LabelledDataset(
      classes: [ObjectClass(id: 1, name: "traffic light"), ObjectClass(id: 3, name: "cat")],
      images: [
        LabelledImage(id: 4, path: "/data/a.png", size: size, isSizeKnown: isSizeKnown, objects: []),
        LabelledImage(id: 8, path: "/data/b.png", size: size, isSizeKnown: isSizeKnown, objects: []),
      ])
  }

  static func read(
    _ text: String, _ name: String, _ options: DetectionReadingOptions = DetectionReadingOptions(),
    dataset: LabelledDataset = dataset()
  ) throws -> DetectionSet {
    let folder = try TemporaryFolder()
    try folder.write(text, to: name)
    return try DetectionSet.read(
      at: name.hasSuffix("txt") ? folder.path : folder.path(name), for: dataset, options: options)
  }

  /// Boxes and columns stated: one box alone shows neither.
  static let stated = DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox)

  /// x 10, y 20, width 30, height 40 of class cat with score 0.5, in image b.
  static let expected = EvaluationDetection(
    imageID: 8, classIndex: 1, box: CornerSizeBox(x: 10, y: 20, width: 30, height: 40), score: 0.5)

  struct Form: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var source: DetectionSet.Source
    var options = DetectionReadingOptions()
    var testDescription: String { "\(source)" }
  }

  @Test(
    "one detection in all forms",
    arguments: [
      Form(name: "b.txt", text: "cat .5 10 20 30 40\n", source: .text(.cornerSize), options: stated),
      Form(
        name: "b.txt", text: "cat,.5,10,20,40,60", source: .text(.corners),
        options: DetectionReadingOptions(form: .corners)),
      Form(
        name: "b.txt", text: "# class score box\ncat 0.5 0.25 0.5 0.3 0.5\n", source: .text(.relative),
        options: DetectionReadingOptions(columns: .classScoreBox)),
      Form(
        name: "b.txt", text: "0.0 .5 10 20 30 40\n", source: .text(.cornerSize),
        options: DetectionReadingOptions(form: .cornerSize, classes: ["cat", "traffic light"])),
      Form(name: "d.csv", text: "score,image,label,x1,y1,x2,y2\n0.5,b.png,cat,10,20,40,60\n", source: .csv),
      Form(
        name: "d.json", text: #"[{"image_id":8,"category_id":3,"bbox":[10,20,30,40],"score":0.5}]"#,
        source: .cocoResults),
      Form(
        name: "d.json",
        text: #"{"images":[{"id":0,"file_name":"b.png","width":1,"height":1}],"categories":[{"id":0,"name":"cat"}],"#
          + #""annotations":[{"image_id":0,"category_id":0,"bbox":[10,20,30,40],"score":0.5}]}"#,
        source: .cocoAnnotations),
    ])
  func forms(form: Form) throws {
    let found = try Self.read(form.text, form.name, form.options)
    #expect(found.source == form.source)
    #expect(found.detections == [Self.expected])
    #expect(found.classLinks.map(\.name) == ["cat"])
    #expect(found.imagesWithoutDetections == 1)
    #expect(found.findings.isEmpty)
  }

  @Test("a number for a class is a place in a list, which COCO's ground truth has not")
  func numberedClasses() throws {
    let error = try #require(throws: DatasetError.self) { try Self.read("1 .5 10 20 30 40", "a.txt", Self.stated) }
    #expect(error.problem.contains("give the detections' own list with --classes"), "\(error)")
  }

  @Test("numbers of corner and size are kept to the last digit")
  func digits() throws {
    let found = try Self.read("traffic light .1 0.1 0.7 30.2 0.1\n", "a.txt", Self.stated)
    #expect(found.detections[0].box == CornerSizeBox(x: 0.1, y: 0.7, width: 30.2, height: 0.1))
    #expect(found.classLinks.map { [$0.source, $0.name] } == [["traffic light", "traffic light"]])
    #expect(found.classLinks.map { [$0.classIndex, $0.count] } == [[0, 1]])
  }

  @Test(
    "what cannot be is refused with file and line",
    arguments: [
      ("cat nan 1 2 3 4", "not finite"), ("cat .5 inf 2 3 4", "not finite"), ("cat .5 1 2 -3 4", "a box of -3.0×4.0"),
      ("cat 1.5 1 2 3 4", "the score is 1.5"), ("cat -0.1 1 2 3 4", "the score is -0.1"),
      ("cat .5 1 2 3", "5 fields; expected 'class score"), ("cat .5 1 2 3 x", "'x' is not a number"),
    ])
  func refused(line: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("cat .5 10 20 30 40\n\n\(line)\n", to: "dets/a.txt")
    let error = try #require(throws: DatasetError.self) {
      try DetectionSet.read(at: folder.path("dets"), for: Self.dataset(), options: Self.stated)
    }
    #expect(error.path == path)
    #expect(error.line == 3)
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test(
    "images and classes that the dataset does not have are refused by name, with the mapping",
    arguments: [
      ("c.txt", "cat .5 10 20 30 40", "1 images that the dataset does not have: 'c'"),
      ("a.txt", "cat .5 10 20 30 40\ndog .5 10 20 30 40", "'dog'; the mapping: cat → cat, dog → ?; expected one of"),
      ("a.txt", "2 .5 10 20 30 40", "'2'; the mapping: 2 → ?"),
      (
        "d.json", #"[{"image_id":4,"category_id":2,"bbox":[1,2,3,4],"score":0.5}]"#,
        "expected one of the 2 category ids from 1 to 3. These have gaps, and class indices are not ids"
      ),
      ("d.json", #"[{"image_id":5,"category_id":1,"bbox":[1,2,3,4],"score":0.5}]"#, "does not have: '5'"),
      ("d.json", #"[{"image_id":4,"category_id":1,"bbox":[1,2,3,4],"score":2}]"#, "[0]: the score is 2.0"),
      ("d.csv", "image,label,score,x1,y1,x2,y2\na.png,cat,0.5,9,1,2,3\n", "a box of -7.0×2.0"),
    ])
  func unknown(name: String, text: String, problem: String) throws {
    let error = try #require(throws: DatasetError.self) { try Self.read(text, name, Self.stated) }
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test(
    "classes that the dataset does not have are left out and counted where that is asked for, in all forms",
    arguments: [
      ("b.txt", "cat .5 10 20 30 40\nDog .5 1 2 3 4\nDog .4 1 2 3 4\n", "Dog"),
      (
        "d.csv",
        "image,label,score,x1,y1,x2,y2\nb.png,Dog,.5,1,2,3,4\nb.png,cat,.5,10,20,40,60\nb.png,Dog,.5,1,2,3,4\n", "Dog"
      ),
      (
        "d.json",
        #"[{"image_id":8,"category_id":2,"bbox":[1,2,3,4],"score":0.5},"#
          + #"{"image_id":8,"category_id":3,"bbox":[10,20,30,40],"score":0.5},"#
          + #"{"image_id":8,"category_id":2,"bbox":[1,2,3,4],"score":0.5}]"#, "2"
      ),
    ])
  func acceptedClasses(name: String, text: String, className: String) throws {
    let found = try Self.read(
      text, name, DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox, acceptsUnknownClasses: true))
    #expect(found.detections == [Self.expected])
    #expect(found.unknownClasses == [UnknownClassDetections(imageID: 8, className: className, count: 2)])
    let error = try #require(throws: DatasetError.self) {
      try Self.read(text, name, DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox))
    }
    #expect(error.problem.hasSuffix("With --accept-unknown-classes they are left out and counted"), "\(error)")
    // An image that the dataset does not have stays an error, as in pycocotools.
    #expect(throws: DatasetError.self) {
      try Self.read(
        #"[{"image_id":5,"category_id":2,"bbox":[1,2,3,4],"score":0.5}]"#, "d.json",
        DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox, acceptsUnknownClasses: true))
    }
  }

  @Test("scores of any size are taken where that is asked for; what is no number is not", arguments: [-4.5, 87, 1e12])
  func acceptedScores(score: Double) throws {
    let text = "cat \(score) 10 20 30 40\n"
    let found = try Self.read(
      text, "b.txt", DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox, acceptsAnyScore: true))
    #expect(found.detections.map(\.score) == [score])
    let error = try #require(throws: DatasetError.self) {
      try Self.read(text, "b.txt", DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox))
    }
    #expect(error.problem.contains("With --accept-any-score"), "\(error)")
    #expect(throws: DatasetError.self) {
      try Self.read(
        "cat inf 10 20 30 40\n", "b.txt",
        DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox, acceptsAnyScore: true))
    }
  }

  @Test(
    "a refused class that is the same word as one of the dataset's is pointed out",
    arguments: [("Traffic_Lights", "traffic light"), ("CAT", "cat")])
  func similarClasses(name: String, known: String) throws {
    let error = try #require(throws: DatasetError.self) {
      try Self.read(
        "\(name) .5 10 20 30 40\n", "a.txt", DetectionReadingOptions(form: .cornerSize, columns: .classScoreBox))
    }
    #expect(error.problem.contains("'\(name)' is perhaps '\(known)'"), "\(error)")
  }

  @Test("fractions of an image whose size is not known are refused")
  func unknownSize() throws {
    let error = try #require(throws: DatasetError.self) {
      try Self.read(
        "cat 0.5 0.25 0.5 0.3 0.5\n", "b.txt", DetectionReadingOptions(columns: .classScoreBox),
        dataset: Self.dataset(isSizeKnown: false))
    }
    #expect(error.problem.contains("fractions of the size of 'b.png', which is not known"))
  }

  @Test("doubtful boxes are kept, counted, and corners suspected only where most boxes say so")
  func findings() throws {
    let corners = try Self.read("cat .5 60 50 90 70\ncat .4 50 30 99 75\ncat .3 1 2 3 4\n", "a.txt", Self.stated)
    #expect(corners.findings == [.boxReachingOut: 2, .cornersForSizes: 2])
    let sizes = try Self.read(
      "cat .5 60 50 90 70\ncat .4 5 3 9 7\ncat .3 1 2 0 4\ncat .3 1 2 0 4\n", "a.txt", Self.stated)
    #expect(sizes.findings == [.boxReachingOut: 1, .zeroAreaBox: 2])
    let outside = try Self.read("cat .5 100 50 90 70\n", "a.txt", Self.stated)
    #expect(outside.findings[.boxOutsideImage] == 1)
    #expect(sizes.detections.count == 4)
  }

  @Test("no detections are detections too: an empty file, an empty list")
  func empty() throws {
    #expect(try Self.read("\n", "a.txt").detections.isEmpty)
    #expect(try Self.read("[]", "d.json").imagesWithoutDetections == 2)
    #expect(throws: DatasetError.self) { try Self.read("", "a.md") }
  }
}
