import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

struct LabelMeReaderTests {
  private func shape(_ label: String, _ kind: String?, _ points: String, more: String = "") -> String {
    let type = kind.map { #", "shape_type": "\#($0)""# } ?? ""
    return #"{"label": "\#(label)", "points": [\#(points)], "group_id": null, "flags": {}\#(type)\#(more)}"#
  }

  private func document(_ shapes: [String], image: String = "a.png", size: String = "100") -> String {
    """
    {"version": "5.4.1", "flags": {"x": true}, "shapes": [
    \(shapes.joined(separator: ",\n"))],
     "imagePath": "\(image)", "imageData": "aGFsbG8=", "imageHeight": 80, "imageWidth": \(size)}
    """
  }

  @Test("rectangles in any order of corners, circles, polygons and masks have boxes; lines and points are counted")
  func shapes() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let shapes = [
      shape("cat", "rectangle", "[40, 10], [10, 40]"), shape("собака", "circle", "[50, 40], [53, 44]"),
      shape("cat", "polygon", "[50, 50], [60, 55], [55, 75]"), shape("cat", nil, "[1, 2], [3, 4], [2, 9]"),
      shape("cat", "mask", "[5, 6], [8, 9]", more: #", "mask": "iVBOR""#),
      shape("cat", "line", "[1, 2], [3, 4]"), shape("cat", "linestrip", "[1, 2], [3, 4]"),
      shape("cat", "point", "[1, 2]"), shape("cat", "points", "[1, 2]"),
    ]
    try folder.write(document(shapes), to: "a.json")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classNames == ["cat", "собака"])
    #expect(
      dataset.images[0].objects.map(\.box) == [
        BoundingBox(x1: 10, y1: 10, x2: 40, y2: 40), BoundingBox(x1: 45, y1: 35, x2: 55, y2: 45),
        BoundingBox(x1: 50, y1: 50, x2: 60, y2: 75), BoundingBox(x1: 1, y1: 2, x2: 3, y2: 9),
        BoundingBox(x1: 5, y1: 6, x2: 8, y2: 9),
      ])
    #expect(dataset.images[0].objects.map(\.classIndex) == [0, 1, 0, 0, 0])
    #expect(dataset.audit.counts == [.polygonLabel: 4, .shapeLeftOut: 4])
    #expect(dataset.audit.shapesLeftOut == ["line": 1, "linestrip": 1, "point": 1, "points": 1])
    #expect(try LabelledDataset.read(at: folder.path("a.json")).images == dataset.images)
  }

  @Test("images are found by either slash, in folders, or by the name of the label file; others have no labels")
  func places() throws {
    let folder = try TemporaryFolder()
    for name in ["images/a.png", "images/b.png", "images/c.png", "images/d.png"] { try folder.writeImage(name) }
    let cat = shape("cat", "rectangle", "[10, 10], [40, 40]")
    try folder.write(document([cat], image: #"..\\images\\a.png"#), to: "labels/x.json")
    try folder.write(document([cat], image: "C:\\\\old\\\\b.png", size: "null"), to: "labels/y.json")
    try folder.write(document([cat], image: "renamed.png"), to: "labels/c.json")
    try folder.write(document([cat], image: "gone.png"), to: "labels/gone.json")
    let dataset = try LabelledDataset.read(at: folder.path, format: .labelMe)
    #expect(dataset.images.map(\.path) == ["a", "b", "c", "d"].map { folder.path("images/\($0).png") })
    #expect(dataset.images.map(\.objects.count) == [1, 1, 1, 0])
    #expect(
      dataset.audit.counts == [
        .labelsWithoutImage: 1, .imageWithoutLabels: 1, .imageWithoutObjects: 1, .unstatedSize: 1,
      ])
    let evaluated = try LabelledDataset.read(
      at: folder.path("labels/gone.json"), options: DatasetReadingOptions(requiresImages: false))
    #expect(evaluated.images.map(\.size) == [ImageSize(width: 100, height: 80)])
  }

  @Test("two shapes of one group are two objects, and said to be")
  func groups() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let shapes = ["[1, 1], [9, 9]", "[20, 20], [30, 30]"].map {
      #"{"label": "cat", "points": [\#($0)], "group_id": 4, "shape_type": "rectangle"}"#
    }
    try folder.write(document(shapes), to: "a.json")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.objectCount == 2)
    #expect(dataset.audit.counts == [.severalBoxesInObject: 1])
  }

  @Test(
    "malformed shapes are refused with their place",
    arguments: [
      (#"{"label": "cat", "points": [[1, 2], [3]], "shape_type": "mask"}"#, 37, "shapes[0].points[1] has 1 numbers"),
      (#"{"label": "cat", "points": [[1, 2]], "shape_type": "rectangle"}"#, 28, "shapes[0].points has 1 points"),
      (#"{"points": [[1, 2], [3, 4]], "shape_type": "rectangle"}"#, 1, "shapes[0] has no 'label'"),
      (#"{"label": "cat", "shape_type": "rectangle"}"#, 1, "shapes[0] has no key 'points'"),
      (#"{"label": "cat", "points": [[1, NaN], [3, 4]]}"#, 33, "shapes[0].points[0][1]: NaN is not JSON"),
    ])
  func malformed(shape: String, column: Int, problem: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    try folder.writeImage("b.png")
    let path = try folder.write(document([shape]), to: "a.json")
    try folder.write("{\"shapes\": [", to: "b.json")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path) }
    #expect((error.line, error.column) == (2, column))
    #expect(error.problem.hasPrefix(problem), "\(error)")
    let report = try DatasetAuditor(threads: 1).audit(at: folder.path)
    #expect(report.counts[.malformedLabel] == 2, "\(report.text())")
  }
}
