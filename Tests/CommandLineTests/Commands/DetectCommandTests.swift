import ComputeGraph
import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ModelStorage
import Tensors
import Testing

struct DetectCommandTests {
  private let folder: TemporaryFolder
  private let model: String
  private let image: String

  init() throws {
    var generator = SeededGenerator(seed: 1)
    folder = try TemporaryFolder()
    model = try folder.writeModel()
    image = try folder.writeImage("images/a.png", generator: &generator).path
  }

  private func json(_ name: String) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
    return try #require(object as? [[String: Any]])
  }

  @Test func withoutAModelTheBuiltInOneIsUsed() throws {
    let run = try CommandLineRun("detect", image)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("\(image) (64×64)\n"))
  }

  /// Nothing is suppressed at an IoU of 1, so that the model's 84 places give two classes each.
  @Test(arguments: [1, 3, 500]) func theBestScoredAreReported(maximum: Int) throws {
    let options = ["detect", image, "--model", model, "--confidence", "0", "--iou", "1", "--json"]
    #expect(try CommandLineRun(options + [folder.path("all.json")]).status == 0)
    let run = try CommandLineRun(options + [folder.path("some.json"), "--max-detections", "\(maximum)"])
    #expect(run.status == 0, "\(run.errors)")
    func scores(_ name: String) throws -> [Double] {
      let found = try #require(try json(name)[0]["detections"] as? [[String: Any]])
      return found.compactMap { $0["score"] as? Double }
    }
    let all = try scores("all.json")
    #expect(all.count > 100)
    #expect(try scores("some.json") == Array(all.sorted(by: >).prefix(maximum)))
  }

  @Test func noDetectionsAreNoMaximum() throws {
    let run = try CommandLineRun("detect", image, "--max-detections", "0")
    #expect(run.status == 64)
    #expect(run.errors.contains("--max-detections is at least 1, not 0"))
  }

  @Test func writesJSONOfEveryImage() throws {
    let json = folder.path("found.json")
    let run = try CommandLineRun("detect", image, "--model", model, "--confidence", "0.0001", "--json", json)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("\(image) (64×64)\n"))
    let reports = try self.json("found.json")
    #expect(reports.count == 1)
    #expect(Set(reports[0].keys) == ["image", "width", "height", "detections"])
    #expect(reports[0]["image"] as? String == image)
    #expect(reports[0]["width"] as? Int == 64 && reports[0]["height"] as? Int == 64)
    let detections = try #require(reports[0]["detections"] as? [[String: Any]])
    #expect(!detections.isEmpty)
    for detection in detections {
      #expect(Set(detection.keys) == ["label", "classId", "score", "box"])
      let pair = (detection["label"] as? String, detection["classId"] as? Int)
      #expect(pair == ("red", 0) || pair == ("blue", 1))
      #expect((detection["box"] as? [Double])?.count == 4)
      #expect((0...1).contains(detection["score"] as? Double ?? -1))
    }
  }

  @Test func aBrokenImageLeavesTheOthers() throws {
    var generator = SeededGenerator(seed: 2)
    let last = try folder.writeImage("images/c.png", generator: &generator).path
    let broken = try folder.write("no image", to: "images/b.png")
    let run = try CommandLineRun(
      "detect", folder.path("images"), "--model", model, "--json", folder.path("found.json"), "--annotate",
      folder.path("drawn"))
    #expect(run.status == 1)
    #expect(run.errors.contains(broken))
    #expect(run.errors.contains("1 of 3 images failed"))
    #expect(try json("found.json").map { $0["image"] as? String } == [image, last])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("drawn")).sorted() == ["a.png", "c.png"])
  }

  @Test func writesCOCOResultsWithTheIdsOfTheData() throws {
    let data = try folder.writeDataset(count: 3)
    let coco = folder.path("coco.json")
    let run = try CommandLineRun("detect", "--data", data, "--model", model, "--confidence", "0.0001", "--coco", coco)
    #expect(run.status == 0, "\(run.errors)")
    let results = try COCOResultsFile.read(from: coco)
    #expect(Set(results.entries.map(\.imageID)) == [1, 2, 3])
    #expect(Set(results.entries.map(\.categoryID)).isSubset(of: [0, 1]))
    #expect(!FileManager.default.fileExists(atPath: folder.path("coco.images.json")))
  }

  @Test(arguments: [
    [], ["IMAGE", "--confidence", "2"], ["IMAGE", "--confidence", "x"], ["IMAGE", "--iou", "-1"],
    ["IMAGE", "--threads", "0"], ["IMAGE", "--data", "x"],
  ])
  func wrongUsageIs64(arguments: [String]) throws {
    let all = arguments.map { $0 == "IMAGE" ? image : $0 }
    let run = try CommandLineRun(["detect", "--model", model] + all)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("Error: "))
    #expect(run.errors.contains("Usage: peregrine detect"))
  }

  @Test func missingInputIs66() throws {
    let none = folder.path("none")
    for run in [
      try CommandLineRun("detect", image, "--model", none), try CommandLineRun("detect", none, "--model", model),
      try CommandLineRun("detect", "--data", none, "--model", model),
    ] {
      #expect(run.status == 66)
      #expect(run.errors.hasPrefix("peregrine: \(none): no such file or folder; expected a"))
      #expect(run.errors.split(separator: "\n").count == 1)
    }
  }

  @Test func aModelOfTheWrongKindIs65() throws {
    let text = try folder.write("This is not a model at all.", to: "text.safetensors")
    let plain = folder.path("plain.safetensors")
    var weights = ParameterStore()
    weights["weight"] = Tensor(shape: [2], values: [1, 2])
    try SafeTensorsFile.write(weights, metadata: [:], to: plain)
    for path in [text, plain] {
      let run = try CommandLineRun("detect", image, "--model", path)
      #expect(run.status == 65)
      #expect(run.errors.hasPrefix("peregrine: \(path): "))
    }
  }

  @Test func aFolderWithoutImagesIs65() throws {
    let text = try folder.write("x", to: "empty/readme.txt")
    let run = try CommandLineRun("detect", folder.path("empty"), "--model", model)
    #expect(run.status == 65)
    #expect(run.errors.contains("there is no image in this folder; expected JPEG, PNG, WebP, TIFF or BMP files"))
    #expect(FileManager.default.fileExists(atPath: text))
  }

  @Test(arguments: ["--json", "--coco", "--annotate"])
  func whatCannotBeWrittenIs73(option: String) throws {
    // A path below a file, which not even root can make.
    let run = try CommandLineRun("detect", image, "--model", model, option, image + "/x.json")
    #expect(run.status == 73)
    #expect(run.errors.contains("cannot be written"))
    #expect(run.output.isEmpty)
  }

  @Test func aFolderIsNoFileToWrite() throws {
    let run = try CommandLineRun("detect", image, "--model", model, "--json", folder.path)
    #expect(run.status == 73)
    #expect(run.errors.contains("it is a folder"))
  }
}
