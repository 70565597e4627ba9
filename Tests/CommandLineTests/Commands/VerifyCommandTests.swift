import DetectionUtilities
import FolderTesting
import Foundation
import Testing

struct VerifyCommandTests {
  private let folder: TemporaryFolder
  private let model: String
  private let images: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel()
    var generator = SeededGenerator(seed: 1)
    for name in ["1.png", "2.png"] { _ = try folder.writeImage("images/\(name)", generator: &generator) }
    images = folder.path("images")
  }

  /// What the model finds, as COCO results with image ids 1 and 2.
  private func results() throws -> (path: String, entries: [[String: Any]]) {
    let path = folder.path("results.json")
    let run = try CommandLineRun(
      "detect", images, "--model", model, "--confidence", "0.0001", "--coco", path)
    #expect(run.status == 0, "\(run.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    let entries = try #require(object as? [[String: Any]])
    #expect(!entries.isEmpty)
    return (path, entries)
  }

  private func verify(_ arguments: String...) throws -> CommandLineRun {
    try CommandLineRun(
      ["verify", model] + arguments
        + ["--images", images, "--confidence", "0.0001", "--score-tolerance", "0.000001"])
  }

  @Test func aModelAgreesWithItself() throws {
    let run = try verify(model)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("2 images; boxes with a score of at least 0.0001 agree within 0.05 px"))
    #expect(run.output.contains("100.00 %") && run.output.hasSuffix("All boxes agree.\n"))
  }

  @Test func aModelAgreesWithItsOwnResults() throws {
    let run = try verify("--reference", results().path)
    #expect(run.status == 0, "\(run.errors)\(run.output)")
    #expect(run.output.hasSuffix("All boxes agree.\n"))
  }

  /// The best box of the first image moved by 2 pixels, and so first of the differences.
  @Test func differencesAreShownAndWritten() throws {
    let (path, found) = try results()
    var entries = found
    let scores = entries.map { $0["score"] as? Double ?? 0 }
    let firstImage = try #require(entries.first?["image_id"] as? Int)
    let best = try #require(
      entries.indices.filter { entries[$0]["image_id"] as? Int == firstImage }.max { scores[$0] < scores[$1] })
    var box = try #require(entries[best]["bbox"] as? [Double])
    box[0] += 2
    entries[best]["bbox"] = box
    try JSONSerialization.data(withJSONObject: entries).write(to: URL(fileURLWithPath: path))
    let json = folder.path("differences.json")
    let run = try verify("--reference", path, "--json", json)
    #expect(run.status == 1, "\(run.errors)")
    let first = run.output.split(separator: "\n").first { $0.hasPrefix("First of ") }
    #expect(first?.contains("\(firstImage).png: ") == true && first?.contains("reference has ") == true)
    let report = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
    let differences = try #require((report as? [String: Any])?["differences"] as? [[String: Any]])
    #expect(!differences.isEmpty)
  }

  @Test func classesAreComparedByName() throws {
    let other = try folder.writeModel("other.safetensors", classes: ["blue", "green"])
    let run = try verify(other)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.hasPrefix("the classes differ: only \(model) has 'red'; only \(other) has 'green'\n"))
  }

  @Test func aBrokenImageLeavesTheOthers() throws {
    let broken = try folder.write("no image", to: "images/3.png")
    let run = try CommandLineRun("verify", model, model, "--images", images)
    #expect(run.status == 1)
    #expect(run.output.hasPrefix("2 images; ") && run.errors.contains(broken))
    #expect(run.errors.contains("1 of 3 images failed"))
  }

  @Test func badInputIsNamed() throws {
    let none = folder.path("none")
    #expect(try verify("--reference", none).status == 66)
    #expect(try CommandLineRun("verify", none, model, "--images", images).status == 66)
    #expect(try CommandLineRun("verify", model, none, "--images", images).status == 66)
    #expect(try CommandLineRun("verify", model, model, "--images", none).status == 66)
    let malformed = try folder.write("[{", to: "bad.json")
    let other = try folder.write(
      #"[{"image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]"#, to: "other.json")
    let unknown = try folder.write(
      #"[{"image_id": 1, "category_id": 5, "bbox": [1, 2, 3, 4], "score": 0.5}]"#, to: "unknown.json")
    for (path, words) in [
      (malformed, "bad.json:1:3: "), (other, "image_id 9"), (unknown, "[0].category_id is 5"),
    ] {
      let run = try verify("--reference", path)
      #expect(run.status == 65)
      #expect(run.errors.contains(path) && run.errors.contains(words), "\(run.errors)")
    }
    #expect(try verify("--reference", other, "--json", none + "/x.json").status == 73)
  }

  @Test func wrongUsageIs64() throws {
    for arguments in [
      [], [model, "--reference", "x.json"], [model, "--ground-truth", "x.json"], [model, "--confidence", "2"],
      [model, "--iou", "-1"], [model, "--box-tolerance", "-1"], [model, "--score-tolerance", "nan"],
      [model, "--threads", "0"],
    ] {
      let run = try CommandLineRun(["verify", model] + arguments + ["--images", images])
      #expect(run.status == 64, "\(arguments): \(run.errors)")
    }
    #expect(try CommandLineRun("verify", model, model).status == 64)
  }
}
