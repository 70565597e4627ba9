import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

struct COCOReaderTests {
  static let document = """
    {"info": {"year": 2017},
     "images": [{"id": 7, "file_name": "b.png", "width": 100, "height": 80},
                {"id": 3, "file_name": "a.png", "width": 100, "height": 80}],
     "categories": [{"id": 90, "name": "toothbrush"}, {"id": 1, "name": "person", "supercategory": "person"}],
     "annotations": [
      {"id": 11, "image_id": 7, "category_id": 90, "bbox": [10, 20, 30.5, 40], "area": 600.25, "iscrowd": 0,
       "segmentation": [[1, 2, 3, 4, 5, 6]]},
      {"id": 12, "image_id": 7, "category_id": 1, "bbox": [0, 0, 100, 80], "area": 8000, "iscrowd": 1,
       "segmentation": {"counts": [1, 2], "size": [80, 100]}},
      {"id": 13, "image_id": 3, "category_id": 1, "bbox": [1, 1, 2, 2]},
      {"id": 14, "image_id": 99, "category_id": 1, "bbox": [1, 1, 2, 2]},
      {"id": 15, "image_id": 3, "category_id": 5, "bbox": [1, 1, 2, 2]}]}
    """

  @Test("a folder with one JSON file and images: sparse ids in order, crowds flagged, areas kept")
  func folder() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    try folder.writeImage("images/b.png")
    try folder.write(COCOReaderTests.document, to: "instances.json")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classes == [ObjectClass(id: 1, name: "person"), ObjectClass(id: 90, name: "toothbrush")])
    #expect(dataset.images.map(\.id) == [3, 7])
    #expect(
      dataset.images[1].objects == [
        LabelledObject(
          annotationID: 11, box: BoundingBox(x1: 10, y1: 20, x2: 40.5, y2: 60), classIndex: 1, area: 600.25),
        LabelledObject(
          annotationID: 12, box: BoundingBox(x1: 0, y1: 0, x2: 100, y2: 80), classIndex: 0, area: 8000, isCrowd: true),
      ])
    #expect(dataset.images[0].objects.map(\.area) == [4])
    #expect(dataset.audit.counts == [.crowdBox: 1, .labelsWithoutImage: 1, .unknownClass: 1])
    #expect(dataset.audit.firstPlaces[.unknownClass] == ["a.png, annotation 15"])

    let file = try LabelledDataset.read(at: folder.path("instances.json"))
    #expect(file.images == dataset.images)
    let reordered = try LabelledDataset.read(at: folder.path, classes: ["toothbrush", "comb", "person"])
    #expect(reordered.classes.map(\.id) == [90, 91, 1])
    #expect(reordered.images[1].objects.map(\.classIndex) == [0, 2])
  }

  @Test("without images it can be read for evaluating; missing images are counted otherwise")
  func missingImages() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(COCOReaderTests.document, to: "instances.json")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path) }
    #expect(error.problem.contains("'b.png' is in none of"))
    let dataset = try LabelledDataset.read(at: path, options: DatasetReadingOptions(requiresImages: false))
    #expect(dataset.images.count == 2)
    try folder.writeImage("a.png")
    #expect(try LabelledDataset.read(at: path).audit[.missingImage] == 1)
  }

  @Test(
    "malformed files are refused with line or key",
    arguments: [
      ("{\n\"images\": [,]}", 2 as Int?, "not JSON"),
      ("{\"images\": [],\n \"annotations\": [\n  {\"bbox\": [1, NaN]}]}", 3, "not JSON"),
      ("{\n\"images\": [", 2, "the file ends"),
      (
        "{\"images\": [], \"annotations\": [{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4]}]}",
        nil, "the file has no key 'categories'"
      ),
      (
        "{\"images\": [{\"id\": 1, \"width\": 5, \"height\": 5}], \"annotations\": [], \"categories\": []}", 1,
        "images[0] has no key 'file_name'"
      ),
      (
        "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\", \"width\": \"5\", \"height\": 5}], \"annotations\": [], "
          + "\"categories\": []}", 1, "images[0].width: expected a whole number"
      ),
      (
        "{\"images\": [], \"annotations\": [{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3]}], "
          + "\"categories\": []}", 1, "annotations[0].bbox has 3 numbers; expected [x, y, width, height]"
      ),
      (
        "{\"images\": [], \"annotations\": [], \"categories\": [{\"id\": 1, \"name\": \"a\"}, "
          + "{\"id\": 1, \"name\": \"b\"}]}", nil, "the id 1 stands twice"
      ),
    ])
  func malformed(content: String, line: Int?, problem: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(content, to: "x.json")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path) }
    #expect(error.path == path)
    #expect(error.line == line)
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test("several JSON files are not chosen from")
  func several() throws {
    let folder = try TemporaryFolder()
    try folder.write(COCOReaderTests.document, to: "a.json")
    try folder.write(COCOReaderTests.document, to: "b.json")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path) }
    #expect(error.problem.contains("found a.json, b.json; give the file itself"))
  }

  @Test("what is written is read again, and written again to the same bytes")
  func groundTruthRoundTrip() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    try folder.writeImage("b.png")
    let path = try folder.write(COCOReaderTests.document, to: "in/x.json")
    let options = DatasetReadingOptions(imagesFolder: folder.path)
    let dataset = try LabelledDataset.read(at: path, options: options)
    let file = COCOGroundTruthFile(dataset: dataset)
    #expect(file.annotations.map(\.id) == [1, 2, 3])
    #expect(file.images.map(\.fileName) == ["a.png", "b.png"])
    try file.write(to: folder.path("out.json"))
    #expect(try COCOGroundTruthFile.read(from: folder.path("out.json")) == file)
    let again = try LabelledDataset.read(at: folder.path("out.json"))
    #expect(again.classes == dataset.classes)
    #expect(again.images.map { $0.objects.map(\.box) } == dataset.images.map { $0.objects.map(\.box) })
    #expect(again.images.map { $0.objects.map(\.area) } == dataset.images.map { $0.objects.map(\.area) })
    #expect(COCOGroundTruthFile(dataset: again) == file)
  }
}
