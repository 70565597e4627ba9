import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

@Suite struct PanopticPartsTests {
  private let folder: TemporaryFolder

  /// One image of 3×2: a person on the left column, another on the upper right pixel, grass on the rest but one pixel.
  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      {"images": [{"id": 5, "width": 3, "height": 2, "file_name": "a.png"}],
       "annotations": [{"image_id": 5, "file_name": "a.png", "segments_info": [
         {"id": 1, "category_id": 10, "area": 2, "bbox": [0, 0, 1, 2]}, {"id": 256, "category_id": 10, "area": 1},
         {"id": 2, "category_id": 20, "area": 2}]}],
       "categories": [{"id": 20, "name": "grass", "isthing": 0}, {"id": 10, "name": "person", "isthing": 1}]}
      """, to: "set.json")
    var picture = RGBImage(size: ImageSize(width: 3, height: 2), color: (0, 0, 0))
    for (place, color) in [(0, (1, 0)), (3, (1, 0)), (2, (0, 1)), (1, (2, 0)), (4, (2, 0))] {
      (picture.pixels[3 * place], picture.pixels[3 * place + 1]) = (UInt8(color.0), UInt8(color.1))
    }
    try folder.write(picture, to: "set/a.png")
    try folder.writeImage("a.png", width: 3, height: 2)
  }

  @Test func thingsAreObjects() throws {
    let dataset = try LabelledDataset.read(
      at: folder.path("set.json"), options: DatasetReadingOptions(readsMasks: true))
    #expect(dataset.classes.map(\.name) == ["person"])
    let objects = dataset.images[0].objects
    #expect(objects.map(\.box) == [BoundingBox(x1: 0, y1: 0, x2: 1, y2: 2), BoundingBox(x1: 2, y1: 0, x2: 3, y2: 1)])
    let masks = try objects.map { try #require($0.segmentation).mask(width: 3, height: 2) }
    #expect(masks.map(\.inside) == [[0..<2], [4..<5]])
    #expect(dataset.stuffClasses.map(\.id) == [20])
    let stuff = dataset.images[0].stuff
    #expect(try stuff.map { try $0.segmentation.mask(width: 3, height: 2).inside } == [[2..<4]])
    #expect(dataset.subset([0]).stuffClasses == dataset.stuffClasses)
  }

  /// Without masks the picture is read for the box that the list lacks.
  @Test func aBoxThatIsMissingIsThatOfThePixels() throws {
    let objects = try LabelledDataset.read(at: folder.path("set.json")).images[0].objects
    #expect(objects.map(\.box.x1) == [0, 2])
    #expect(objects.allSatisfy { $0.segmentation == nil })
    #expect(try LabelledDataset.read(at: folder.path("set.json")).stuffClasses.isEmpty)
  }

  private let instances = """
    [{"image_id": 5, "category_id": 10, "score": 0.9, "segmentation": {"size": [2, 3], "counts": [1, 2, 3]}},
     {"image_id": 6, "category_id": 10, "score": 0.9, "segmentation": {"size": [2, 3], "counts": [1, 2, 3]}}]
    """

  @Test func partsComeFromResultsAndLabels() throws {
    let results = try folder.write(instances, to: "results.json")
    let labels = LabelMap(size: ImageSize(width: 3, height: 2), indices: [20, 10, 20, 20, 0, 255])
    try folder.write(.init(labels.encodedPNG(palette: [])), to: "labels/a.png")
    let parts = try PanopticParts(
      set: folder.path("set.json"), instances: results, semantics: folder.path("labels"))
    #expect(parts.unknownImageCount == 1)
    let found = try parts.found(inImageAt: 0)
    #expect(found.instances.map(\.classIndex) == [1] && found.instances.map(\.mask.inside) == [[1..<3]])
    // The byte 10 is a thing's.
    #expect(found.stuff.map(\.classIndex) == [0] && found.stuff.map(\.mask.inside) == [[0..<2, 4..<5]])
  }

  @Test func partsComeFromStuffResults() throws {
    let results = try folder.write(instances, to: "results.json")
    let stuff = try folder.write(
      #"[{"image_id": 5, "category_id": 20, "segmentation": {"size": [2, 3], "counts": [4, 2]}}]"#, to: "stuff.json")
    let parts = try PanopticParts(set: folder.path("set.json"), instances: results, semantics: stuff)
    #expect(try parts.found(inImageAt: 0).stuff.map(\.mask.inside) == [[4..<6]])
  }

  @Test(arguments: [
    (#"[{"image_id": 5, "category_id": 30, "segmentation": {"size": [2, 3], "counts": [4, 2]}}]"#, "category 30"),
    (#"[{"image_id": 5, "category_id": 20, "segmentation": {"size": [2, 3], "counts": [4, 9]}}]"#, "image 5 has"),
    (#"[{"image_id": 5, "segmentation": {"size": [2, 3], "counts": [4, 2]}}]"#, "category_id"),
  ])
  func whatDoesNotFitIsNamed(stuff: String, problem: String) throws {
    let results = try folder.write(instances, to: "results.json")
    let path = try folder.write(stuff, to: "stuff.json")
    let error = #expect(throws: DatasetError.self) {
      let parts = try PanopticParts(set: folder.path("set.json"), instances: results, semantics: path)
      _ = try parts.found(inImageAt: 0)
    }
    #expect(try #require(error).description.contains("stuff.json"))
    #expect(try #require(error).description.contains(problem))
  }

  @Test func aByteThatIsNoCategoryIsNamed() throws {
    let results = try folder.write(instances, to: "results.json")
    let labels = LabelMap(size: ImageSize(width: 3, height: 2), indices: [20, 10, 20, 20, 0, 9])
    try folder.write(.init(labels.encodedPNG(palette: [])), to: "labels/a.png")
    let parts = try PanopticParts(
      set: folder.path("set.json"), instances: results, semantics: folder.path("labels"))
    let error = #expect(throws: DatasetError.self) { _ = try parts.found(inImageAt: 0) }
    #expect(try #require(error).description.contains("byte 9"))
  }
}
