import Datasets
import DetectionUtilities
import Foundation
import ImageCodecs
import Testing

/// The sets of `shared/data`, which are not part of the project: skipped where they are absent.
struct RealDatasetTests {
  static let data: String = {
    if let path = ProcessInfo.processInfo.environment["PEREGRINE_DATA"] { return path }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.deletingLastPathComponent().appendingPathComponent("shared/data").path
  }()

  struct Expectation: Sendable, CustomTestStringConvertible {
    var folder: String
    var images: Int
    var boxes: Int
    var classes: [String]
    var counts: [DatasetFinding: Int]
    var testDescription: String { folder }
  }

  @Test(
    "counts of the real sets",
    .enabled(
      if: FileManager.default.fileExists(atPath: data),
      "the data sets are not here: set PEREGRINE_DATA to the folder shared/data"),
    arguments: [
      Expectation(
        folder: "cbc/Training", images: 300, boxes: 3951, classes: ["Platelets", "RBC", "WBC"],
        counts: [.zeroAreaBox: 1]),
      Expectation(
        folder: "cbc/Testing", images: 60, boxes: 907, classes: ["Platelets", "RBC", "WBC"],
        counts: [.zeroAreaBox: 1]),
      Expectation(
        folder: "deeppcb", images: 1000, boxes: 6873,
        classes: ["open", "short", "mousebite", "spur", "copper", "pin-hole"], counts: [:]),
      Expectation(
        folder: "cards/train", images: 296, boxes: 527, classes: ["ace", "jack", "king", "nine", "queen", "ten"],
        counts: [:]),
      Expectation(
        folder: "coco128-train", images: 128, boxes: 939, classes: [],
        counts: [.crowdBox: 10, .imageWithoutObjects: 2]),
    ])
  func counts(expected: Expectation) throws {
    let dataset = try LabelledDataset.read(at: RealDatasetTests.data + "/" + expected.folder)
    #expect(dataset.images.count == expected.images)
    #expect(dataset.objectCount == expected.boxes)
    if !expected.classes.isEmpty { #expect(dataset.classNames == expected.classes) }
    var counts = dataset.audit.counts
    // How many of the JPEGs are grey is the business of the image codecs' tests.
    counts[.greyImage] = nil
    #expect(counts == expected.counts)
  }

  @Test(
    "three forms of the same 273 boxes say the same",
    .enabled(
      if: FileManager.default.fileExists(atPath: data),
      "the data sets are not here: set PEREGRINE_DATA to the folder shared/data"))
  func formats() throws {
    let folder = RealDatasetTests.data + "/evaluation/formats100"
    let options = DatasetReadingOptions(imagesFolder: folder + "/images")
    func boxes(_ path: String, _ format: DatasetFormat) throws -> [[String]] {
      let dataset = try LabelledDataset.read(at: folder + "/gts/" + path, format: format, options: options)
      #expect(dataset.images.count == 100)
      return dataset.images.map { image in
        image.objects.map { object in
          let box = object.box
          let corners = [box.x1, box.y1, box.x2, box.y2].map { "\(Int($0.rounded()))" }
          return "\(image.fileName) \(dataset.classNames[object.classIndex]) \(corners.joined(separator: " "))"
        }.sorted()
      }
    }
    let voc = try boxes("pascalvoc_format", .voc)
    #expect(voc.joined().count == 273)
    #expect(try boxes("coco_format_v1/instances_default.json", .coco) == voc)
    #expect(try boxes("yolo_format/obj_train_data", .yolo) == voc)
  }
}
