import FolderTesting
import Foundation
import Reports
import Testing

/// What `evaluate` says of detections that its protocol does not count, and the options that settle it otherwise.
struct EvaluationRemarksCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Ground truth of `objects` boxes in a row in the first of two images, and detections of all of them, then further ones.
  private func files(objects: Int, further: [String] = []) throws -> [String] {
    func box(_ index: Int) -> String { "[\(20 * (index % 20)), \(20 * (index / 20)), 10, 10]" }
    let annotations = (0..<objects).map {
      "{\"id\": \($0 + 1), \"image_id\": 1, \"category_id\": 1, \"bbox\": \(box($0)), \"area\": 100, \"iscrowd\": 0}"
    }
    let images = (1...2).map { "{\"id\": \($0), \"file_name\": \"\($0).jpg\", \"width\": 640, \"height\": 640}" }
    let truth = try folder.write(
      "{\"images\": [\(images.joined(separator: ","))], \"categories\": [{\"id\": 1, \"name\": \"cup\"}], "
        + "\"annotations\": [\(annotations.joined(separator: ","))]}", to: "truth.json")
    let found = (0..<objects).map {
      "{\"image_id\": 1, \"category_id\": 1, \"bbox\": \(box($0)), \"score\": \(1 - Double($0) / 1000)}"
    }
    let results = try folder.write("[\((found + further).joined(separator: ","))]", to: "found.json")
    return ["--ground-truth", truth, "--detections", results]
  }

  private static let unknownClass = #"{"image_id": 2, "category_id": 7, "bbox": [0, 0, 5, 5], "score": 0.5}"#

  @Test func theProtocolLineSaysWhatWasCut() throws {
    let files = try files(objects: 150)
    let (json, page) = (folder.path("metrics.json"), folder.path("page.html"))
    let run = try CommandLineRun(["evaluate"] + files + ["--json", json, "--html", page, "--resamples", "0"])
    #expect(run.status == 0, "\(run.errors)")
    let cut =
      "50 of 150 detections beyond the 100 best an image and class were not counted; --max-detections raises the limit"
    #expect(run.output.contains(cut) && run.output.contains(/all +150 +150 +66.34 %/))
    #expect(try EvaluationReport.read(from: json).protocolLine.contains(cut))
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains(cut))
    let raised = try CommandLineRun(["evaluate"] + files + ["--max-detections", "1000"])
    #expect(raised.output.contains("100.00 %") && !raised.output.contains("beyond the"), "\(raised.output)")
  }

  @Test func unknownClassesAreAcceptedWhereThatIsAskedFor() throws {
    let files = try files(objects: 2, further: [Self.unknownClass])
    for command in ["evaluate", "explain-map"] {
      let refused = try CommandLineRun([command] + files)
      #expect(refused.status == 65)
      #expect(refused.errors.contains("--accept-unknown-classes"))
      let run = try CommandLineRun([command] + files + ["--accept-unknown-classes"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(
        run.output.contains("1 detection of 1 class that the ground truth does not have was not counted: '7' (1)"))
      #expect(run.output.contains("100.00 %"))
    }
  }

  @Test(arguments: [-3.5, 87]) func scoresOfAnySizeAreAcceptedWhereThatIsAskedFor(score: Double) throws {
    let further = ["{\"image_id\": 2, \"category_id\": 1, \"bbox\": [0, 0, 5, 5], \"score\": \(score)}"]
    let files = try files(objects: 2, further: further)
    let refused = try CommandLineRun(["evaluate"] + files)
    #expect(refused.status == 65)
    #expect(refused.errors.contains("the score is \(score)") && refused.errors.contains("--accept-any-score"))
    let outputs = ["--html", folder.path("page.html"), "--csv", folder.path("table.csv"), "--resamples", "20"]
    let run = try CommandLineRun(["evaluate"] + files + ["--accept-any-score"] + outputs)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("1 score is outside of 0 to 1"))
    // Below both right detections the wrong one changes nothing, above them the precision is at most 2/3.
    #expect(run.output.contains(score < 0 ? "100.00 %" : "66.67 %"), "\(run.output)")
  }

  /// The bytes of one process, with all that has to be said of the detections.
  @Test func partsSayWhatTheWholeSays() throws {
    let further = [
      Self.unknownClass, Self.unknownClass.replacingOccurrences(of: "\"image_id\": 2", with: "\"image_id\": 1"),
    ]
    let files = try files(objects: 120, further: further) + ["--accept-unknown-classes"]
    let (whole, merged) = (folder.path("whole.json"), folder.path("merged.json"))
    #expect(try CommandLineRun(["evaluate"] + files + ["--json", whole]).status == 0)
    let parts = (1...3).map { folder.path("part-\($0).json") }
    for (index, part) in parts.enumerated() {
      let run = try CommandLineRun(["evaluate"] + files + ["--shard", "\(index + 1)/3", "--part", part])
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try CommandLineRun(["merge"] + parts.reversed() + ["--json", merged]).status == 0)
    let bytes = try String(contentsOfFile: whole, encoding: .utf8)
    #expect(try bytes == String(contentsOfFile: merged, encoding: .utf8))
    #expect(bytes.contains("20 of 120 detections") && bytes.contains("2 detections of 1 class"))
  }

  @Test func difficultObjectsGoWithVOC() throws {
    let files = try files(objects: 1)
    let run = try CommandLineRun(["evaluate"] + files + ["--difficult", "counted"])
    #expect(run.status == 64)
    #expect(run.errors.contains("--difficult goes with --protocol voc2007 or voc2010"))
    let voc = try CommandLineRun(["evaluate"] + files + ["--difficult", "counted", "--protocol", "voc2007"])
    #expect(voc.output.contains("all detections count, crowd objects ignored"), "\(voc.output)\(voc.errors)")
  }

  /// All that a model finds is measured, as it would be in a file: more than 100 an image, of which the protocol counts 100
  /// a class, or all.
  @Test(arguments: ["coco", "voc2010"]) func aModelIsCutByTheProtocolAlone(rules: String) throws {
    let (model, data) = (try folder.writeModel(), try folder.writeDataset(count: 2))
    let (truth, found) = (folder.path("truth.json"), folder.path("found.json"))
    let (ofModel, ofFiles) = (folder.path("model.json"), folder.path("files.json"))
    let run = try CommandLineRun(
      "evaluate", "--model", model, "--data", data, "--confidence", "0", "--iou", "1", "--protocol", rules,
      "--save-ground-truth", truth, "--save-detections", found, "--json", ofModel)
    #expect(run.status == 0, "\(run.errors)")
    let results = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: found))) as? [Any]
    #expect(try #require(results).count > 200)
    let again = try CommandLineRun(
      "evaluate", "--ground-truth", truth, "--detections", found, "--protocol", rules, "--json", ofFiles)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try String(contentsOfFile: ofModel, encoding: .utf8) == String(contentsOfFile: ofFiles, encoding: .utf8))
  }
}
