import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Testing

/// How many labelled objects of photographs the sources find.
struct ProposalRecallTests {
  static let folder: String = {
    let data =
      ProcessInfo.processInfo.environment["PEREGRINE_DATA"]
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../../shared/data")
      .standardizedFileURL.path
    return data + "/coco128-train"
  }()

  private struct Labels: Decodable {
    struct Image: Decodable {
      var id: Int
      var fileName: String
    }
    struct Annotation: Decodable {
      var imageId: Int
      var bbox: [Double]
      var iscrowd: Int
    }
    var images: [Image]
    var annotations: [Annotation]
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: folder + "/instances_train2017.json"),
      "coco128-train is not here: set PEREGRINE_DATA to the folder shared/data"))
  func selectiveSearchBeatsRandomBoxes() throws {
    let json = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/instances_train2017.json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let labels = try decoder.decode(Labels.self, from: json)
    var found: [ProposalSource: Int] = [:]
    var total = 0
    for entry in labels.images.prefix(6) {
      let image = try RGBImage(contentsOf: Self.folder + "/images/" + entry.fileName)
      let objects = labels.annotations.filter { $0.imageId == entry.id && $0.iscrowd == 0 }.map {
        BoundingBox(x1: $0.bbox[0], y1: $0.bbox[1], x2: $0.bbox[0] + $0.bbox[2], y2: $0.bbox[1] + $0.bbox[3])
      }
      total += objects.count
      for source in [ProposalSource.selectiveSearch, .random] {
        let boxes = try source.proposals(for: image, named: entry.fileName, count: 2000, seed: 1)
        found[source, default: 0] += objects.count { object in boxes.contains { $0.iou(with: object) >= 0.5 } }
      }
    }
    let searched = try #require(found[.selectiveSearch])
    let random = try #require(found[.random])
    #expect(total > 10)
    #expect(searched > random, "of \(total) objects \(searched) and \(random)")
  }
}
