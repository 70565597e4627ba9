import Datasets
import DetectionUtilities
import FolderTesting
import Testing

struct YOLOMaskTests {
  /// A square of (1, 2) to (3, 4), a triangle, and a box, in an image of 10×8.
  private static let labels = "0 0.1 0.25 0.3 0.25 0.3 0.5 0.1 0.5\n1 0.5 0 0.9 0 0.5 0.5\n1 0.5 0.5 0.2 0.25\n"

  private func read(_ labels: String, masks: Bool = true, needed: Bool = true) throws -> LabelledDataset {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png", width: 10, height: 8)
    try folder.write(labels, to: "labels/a.txt")
    try folder.write("names: [cat, dog]\n", to: "data.yaml")
    return try LabelledDataset.read(
      at: folder.path, options: DatasetReadingOptions(readsMasks: masks, needsMasks: needed))
  }

  @Test("polygons are masks in pixels, with the mask's area; an object that is a box alone is left out and counted")
  func polygons() throws {
    let dataset = try read(Self.labels)
    let objects = dataset.images[0].objects
    #expect(objects.map(\.classIndex) == [0, 1])
    #expect(objects[0].segmentation == .polygons([[1, 2, 3, 2, 3, 4, 1, 4]]))
    let square = try RunLengthMask(width: 10, height: 8, counts: [10, 2, 6, 2, 60])
    #expect(try objects[0].segmentation?.mask(width: 10, height: 8) == square)
    #expect(objects[0].area == 4)
    let triangle = RunLengthMask(width: 10, height: 8, polygon: [5, 0, 9, 0, 5, 4])
    #expect(try objects[1].segmentation?.mask(width: 10, height: 8) == triangle)
    #expect(objects[1].area == Double(triangle.area))
    #expect(dataset.audit[.invalidMask] == 1)
    #expect(dataset.audit.firstPlaces[.invalidMask]?[0].contains("labels/a.txt:3: has no segmentation") == true)
  }

  @Test("where masks are not needed a box stays one, and where they are not read all are boxes")
  func boxes() throws {
    let objects = try read(Self.labels, needed: false).images[0].objects
    #expect(objects.map { $0.segmentation == nil } == [false, false, true])
    #expect(objects[2].area == 4)
    let boxes = try read(Self.labels, masks: false).images[0].objects
    #expect(boxes.allSatisfy { $0.segmentation == nil } && boxes.map(\.box) == objects.map(\.box))
    #expect(boxes[0].area == 4 && boxes[1].area == 16)
  }

  @Test("four corners are an outline too; two points and an odd count of numbers are none")
  func otherLines() throws {
    let turned = try read("0 0.5 0.25 0.7 0.5 0.5 0.75 0.3 0.5\n").images[0].objects
    #expect(turned[0].segmentation == .polygons([[5, 2, 7, 4, 5, 6, 3, 4]]))
    #expect(throws: DatasetError.self) { try read("0 0.1 0.1 0.2 0.2 0.3\n1 0.5 0 0.9 0 0.5 0.5\n") }
    // A polygon without a pixel: a line.
    let empty = try read("0 0.5 0 0.9 0 0.5 0.5\n1 0.5 0.1 0.51 0.2 0.505 0.15 0.505 0.16\n")
    #expect(empty.objectCount == 1 && empty.audit[.emptyMask] == 1)
  }

  @Test("10,000 objects in an image are read in bounded time")
  func many() throws {
    let lines = (0..<10_000).map { index in
      let (x, y) = (Double(index % 100) / 101, Double(index / 100) / 101)
      return "0 \(x) \(y) \(x + 0.2) \(y) \(x + 0.2) \(y + 0.2)" + (index == 0 ? " \(x) \(y + 0.2)" : "")
    }
    let clock = ContinuousClock()
    let time = try clock.measure {
      let dataset = try read(lines.joined(separator: "\n"))
      #expect(dataset.objectCount + dataset.audit[.emptyMask] == 10_000)
    }
    #expect(time < .seconds(60), "\(time)")
  }
}
