import Datasets
import DetectionUtilities
import Files
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct COCOResultsFileTests {
  let classes = [ObjectClass(id: 1, name: "person"), ObjectClass(id: 90, name: "toothbrush")]

  @Test("scores and coordinates keep all their digits")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let detection = Detection(
      box: BoundingBox(x1: 0.1, y1: 0.25, x2: 10.1, y2: 4), classIndex: 1, score: 0.1 + 0.2)
    let file = COCOResultsFile(detections: [(imageID: 42, detections: [detection])], classes: classes)
    #expect(
      file.entries == [
        COCOResultsFile.Entry(
          imageID: 42, categoryID: 90, bbox: CornerSizeBox(x: 0.1, y: 0.25, width: 10, height: 3.75),
          score: 0.30000000000000004)
      ])
    let path = folder.path("results.json")
    try file.write(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"score\":0.30000000000000004"))
    let read = try COCOResultsFile.read(from: path)
    #expect(read == file)
    #expect(try read.detections(classes: classes)[42]?.map(\.score) == [0.30000000000000004])
  }

  @Test("ids that the ground truth has as texts are written as texts")
  func textIDs() throws {
    let folder = try TemporaryFolder()
    var image = LabelledImage(id: 1, path: "/a/x.jpg", size: ImageSize(width: 20, height: 20), objects: [])
    image.textID = "x-17"
    var label = ObjectClass(id: 1, name: "cat")
    label.textID = "C"
    let dataset = LabelledDataset(classes: [label], images: [image], audit: DatasetAudit())
    let found = Detection(box: BoundingBox(x1: 1, y1: 2, x2: 5, y2: 6), classIndex: 0, score: 0.5)
    try COCOResultsFile(detections: [1: [found]], of: dataset).write(to: folder.path("r.json"))
    let text = try String(contentsOfFile: folder.path("r.json"), encoding: .utf8)
    #expect(text.contains("\"image_id\":\"x-17\"") && text.contains("\"category_id\":\"C\""))
    let read = try DetectionSet.read(at: folder.path("r.json"), for: dataset)
    #expect(read.detections.map(\.imageID) == [1] && read.detections.map(\.classIndex) == [0])
  }

  @Test("no detections are an empty list")
  func empty() throws {
    let folder = try TemporaryFolder()
    try COCOResultsFile(entries: []).write(to: folder.path("r.json"))
    #expect(try String(contentsOfFile: folder.path("r.json"), encoding: .utf8) == "[]")
    #expect(try COCOResultsFile.read(from: folder.path("r.json")).entries.isEmpty)
  }

  @Test("an unknown category, a short box, a missing folder: errors that say so")
  func errors() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "[{\"image_id\": 1, \"category_id\": 2, \"bbox\": [1, 2, 3, 4], \"score\": 0.5}]", to: "r.json")
    let unknown = try #require(throws: DatasetError.self) {
      try COCOResultsFile.read(from: path).detections(classes: classes, path: path)
    }
    #expect(unknown.problem == "[0].category_id is 2; expected one of 1 (person), 90 (toothbrush)")
    try folder.write("[{\"image_id\": 1, \"category_id\": 2, \"bbox\": [1], \"score\": 0.5}]", to: "s.json")
    let short = try #require(throws: DatasetError.self) { try COCOResultsFile.read(from: folder.path("s.json")) }
    #expect(short.problem.contains("[0].bbox has 1 numbers"))
    #expect(throws: OutputError.self) { try COCOResultsFile(entries: []).write(to: folder.path("no/r.json")) }
  }
}
