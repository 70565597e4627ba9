import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import Foundation
import Inference
import Testing

struct COCODetectionsTests {
  private struct Name: Decodable, Equatable {
    var id: Int
    var fileName: String

    enum CodingKeys: String, CodingKey {
      case id
      case fileName = "file_name"
    }
  }

  private struct Stop: Error {}

  private let paths = ["a.png", "broken.png", "c.png"]

  private func report(_ image: String, _ detection: Detection) -> DetectionReport {
    DetectionReport(
      image: image, width: 9, height: 9, detections: [detection], classNames: ["cat", "dog"], classIDs: [17, 18])
  }

  private func append(to file: COCODetections) throws {
    try file.append(report("a.png", found(1, 2, 4, 8, 1, 0.5)), of: "a.png")
    try file.append(nil, of: "broken.png")
    try file.append(report("c.png", found(0, 0, 2, 1, 0, 0.25)), of: "c.png")
  }

  @Test func imagesWithoutIdsAreNumberedAndListed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.json")
    try COCODetections.write(to: path, imageIDs: nil, append)
    #expect(
      try COCOResultsFile.read(from: path).entries == [
        .init(
          imageID: 1, categoryID: 18, bbox: CornerSizeBox(x: 1, y: 2, width: 3, height: 6), score: 0.5,
          fileName: "a.png",
          categoryName: "dog"),
        .init(
          imageID: 3, categoryID: 17, bbox: CornerSizeBox(x: 0, y: 0, width: 2, height: 1), score: 0.25,
          fileName: "c.png",
          categoryName: "cat"),
      ])
    let list = try JSONDecoder().decode(
      [Name].self, from: Data(contentsOf: URL(fileURLWithPath: folder.path("results.images.json"))))
    #expect(list == zip(1..., paths).map { Name(id: $0, fileName: $1) })
  }

  @Test func imagesOfALabelledSetKeepTheirIds() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.json")
    try COCODetections.write(to: path, imageIDs: [70, 80, 90], append)
    #expect(try COCOResultsFile.read(from: path).entries.map(\.imageID) == [70, 90])
    #expect(!FileManager.default.fileExists(atPath: folder.path("results.images.json")))
  }

  @Test func noImagesAreAnEmptyList() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.json")
    try COCODetections.write(to: path, imageIDs: nil) { _ in }
    #expect(try COCOResultsFile.read(from: path).entries.isEmpty)
  }

  @Test func aRunThatStopsLeavesWhatWasThere() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.json")
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: Stop.self) {
      try COCODetections.write(to: path, imageIDs: nil) { file in
        try append(to: file)
        throw Stop()
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["results.json"])
  }
}
