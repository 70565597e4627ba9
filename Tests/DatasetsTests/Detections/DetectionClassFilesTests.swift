import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

/// One text file a class, as Darknet's `detector valid` and the VOC kit write them.
struct DetectionClassFilesTests {
  private let dataset = LabelledDataset(
    classes: [
      ObjectClass(id: 1, name: "traffic light"), ObjectClass(id: 2, name: "car"), ObjectClass(id: 3, name: "a_test_b"),
    ],
    images: ["a b.jpg", "c.d.jpg", "000012.jpg", "frame 7.jpg"].enumerated().map {
      LabelledImage(
        id: $0.offset + 1, path: "/data/" + $0.element, size: ImageSize(width: 200, height: 200), objects: [])
    })

  private func read(_ files: [String: String]) throws -> DetectionSet {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    return try DetectionSet.read(at: folder.path, for: dataset)
  }

  @Test(
    "the class is in the file's name, the image in the line",
    arguments: [
      ("comp4_det_test_traffic light.txt", "comp4_det_test_car.txt"),
      ("comp3_det_val_traffic light.txt", "comp3_det_val_car.txt"),
      ("comp4-17_det_2007_test_traffic light.txt", "comp4-17_det_2007_test_car.txt"),
      ("traffic light.txt", "car.txt"),
    ])
  func classes(light: String, car: String) throws {
    let found = try read([
      light: "a b 0.9 10 10 60 60\n", car: "c.d 0.8 20 20 70 70\n000012 0.7 1 2 3 4\nframe 7 0.6 1 2 3 4",
    ])
    #expect(found.source == .classFiles(.corners))
    let expected = [
      (1, 0, 0.9, CornerSizeBox(x: 10, y: 10, width: 50, height: 50)),
      (2, 1, 0.8, CornerSizeBox(x: 20, y: 20, width: 50, height: 50)),
      (3, 1, 0.7, CornerSizeBox(x: 1, y: 2, width: 2, height: 2)),
      (4, 1, 0.6, CornerSizeBox(x: 1, y: 2, width: 2, height: 2)),
    ].map { EvaluationDetection(imageID: $0.0, classIndex: $0.1, box: $0.3, score: $0.2) }
    #expect(found.detections.sorted { $0.score > $1.score } == expected)
    #expect(found.summary.contains("one a class, boxes as xyxy"))
    #expect(found.summary.contains("boxes read as x1 y1 x2 y2, as VOC's kit has them; --boxes settles it"))
  }

  @Test("a class with the name of a set of images in it; a class that the dataset has not")
  func oddNames() throws {
    let found = try read(["comp4_det_test_a_test_b.txt": "c.d 0.8 20 20 70 70", "comp4_det_test_bicycle.txt": ""])
    #expect(found.classLinks.map(\.name) == ["a_test_b"])
    let error = try #require(throws: DatasetError.self) { try read(["comp4_det_test_bicycle.txt": "c.d 0.8 2 2 7 7"]) }
    #expect(error.problem.contains("'bicycle'"), "\(error)")
    let image = try #require(throws: DatasetError.self) { try read(["car.txt": "x 0.8 2 2 7 7"]) }
    #expect(image.problem.contains("images that the dataset does not have: 'x'"), "\(image)")
  }
}
