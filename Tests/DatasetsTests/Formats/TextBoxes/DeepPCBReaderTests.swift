import Datasets
import DetectionUtilities
import FolderTesting
import Testing

struct DeepPCBReaderTests {
  private func folder(label: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    try folder.write(label, to: "labels/a.txt")
    return folder
  }

  @Test("corners in pixels, classes from 1, recognised without being told")
  func corners() throws {
    let folder = try folder(label: "46 41 93 70 3\n4,0,9,9,6\n")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classNames == ["open", "short", "mousebite", "spur", "copper", "pin-hole"])
    #expect(dataset.classes.map(\.id) == [1, 2, 3, 4, 5, 6])
    #expect(dataset.images[0].objects.map(\.classIndex) == [2, 5])
    #expect(dataset.images[0].objects[0].box == BoundingBox(x1: 46, y1: 41, x2: 93, y2: 70))
  }

  @Test("classes.txt gives other names; an index without a name is left out and counted")
  func otherNames() throws {
    let folder = try folder(label: "46 41 93 70 1\n46 41 93 70 3\n46 41 93 70 0\n")
    try folder.write("scratch\ndent\n", to: "classes.txt")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classNames == ["scratch", "dent"])
    #expect(dataset.objectCount == 1)
    #expect(dataset.audit.counts == [.unknownClass: 2])
    #expect(dataset.audit.firstPlaces[.unknownClass]?.first == folder.path("labels/a.txt") + ":2")
  }

  @Test(
    "malformed lines are refused with their number", arguments: ["1 2 3 4", "1 2 3 4 x", "1.5 2 3 4 1", "1 2 3 4 1 9"])
  func malformed(line: String) throws {
    let folder = try folder(label: "46 41 93 70 3\n\n\(line)")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path) }
    #expect(error.path == folder.path("labels/a.txt"))
    #expect(error.line == 3)
    #expect(error.problem == "'\(line)'; expected five whole numbers: x1 y1 x2 y2 class")
  }
}
