import Evaluation
import FolderTesting
import Foundation
import Reports
import Testing

struct ExplainMapCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two objects, of which the second is found after a wrong box.
  private func files() throws -> [String] {
    let truth = try folder.write("cup 0 0 10 10\ncup 100 0 10 10\n", to: "truth/a.txt")
    let found = try folder.write("cup 0.9 0 0 10 10\ncup 0.8 50 0 10 10\ncup 0.7 100 0 10 10\n", to: "found/a.txt")
    return [
      "--ground-truth", (truth as NSString).deletingLastPathComponent, "--detections",
      (found as NSString).deletingLastPathComponent,
    ]
  }

  @Test func tableWordsAndTarget() throws {
    let json = folder.path("map.json")
    let run = try CommandLineRun(
      ["explain-map"] + files() + ["--target", "0.8485", "--metric", "AP50", "--json", json])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(/COCO +83.50 % +83.50 %/))
    #expect(run.output.contains(/11 points +84.85 % +\+1.35 +84.85 % +\+1.35/))
    // Choices that change nothing are one line, not rows of zeros.
    #expect(run.output.contains(/\nNo figure is moved by .*score from 0.001; .*all detections/))
    #expect(!run.output.contains(/score from 0.001 +83.50/))
    #expect(run.output.contains("11 points: the envelope at recall 0, 0.1, …, 1: Pascal VOC 2007."))
    #expect(run.output.contains("Of no account here: crowds: the ground truth has none; "))
    #expect(run.output.contains(/Within 0.1 points of AP50 84.85 %:\n  84.85 %   0.00  VOC 2007\n/))
    let data = try Data(contentsOf: URL(fileURLWithPath: json))
    let explanation = try JSONDecoder().decode(ProtocolExplanation.self, from: data)
    #expect(explanation.target?.metric == .averagePrecision50 && explanation.detections == 3)
  }

  @Test func nothingNearIsSaid() throws {
    let run = try CommandLineRun(["explain-map"] + files() + ["--target", "0.3"])
    #expect(run.status == 0)
    #expect(
      run.output.contains("No choice and no pair of choices comes within 0.1 points of AP 30.00 %; the nearest are"))
  }

  @Test(arguments: [
    ["--target", "42.1"], ["--metric", "AP50"], ["--target", "0.4", "--metric", "AR"], ["--model", "m.safetensors"],
  ])
  func usage(options: [String]) throws {
    #expect(try CommandLineRun(["explain-map"] + files() + options).status == 64)
  }

  @Test func missingInputIs66() throws {
    let run = try CommandLineRun(
      "explain-map", "--ground-truth", folder.path("none"), "--detections", folder.path("none"))
    #expect(run.status == 66)
  }

  /// COCO's row is what `evaluate` prints of the model.
  @Test func aModelIsMeasuredAsByEvaluate() throws {
    let (model, data) = (try folder.writeModel(), try folder.writeDataset(count: 4))
    let (metrics, json) = (folder.path("metrics.json"), folder.path("map.json"))
    #expect(try CommandLineRun("evaluate", "--model", model, "--data", data, "--json", metrics).status == 0)
    let run = try CommandLineRun("explain-map", "--model", model, "--data", data, "--json", json)
    #expect(run.status == 0, "\(run.errors)")
    let explanation = try JSONDecoder().decode(
      ProtocolExplanation.self, from: Data(contentsOf: URL(fileURLWithPath: json)))
    let report = try EvaluationReport.read(from: metrics)
    #expect(explanation.baseline.figures.averagePrecision == report.metrics["AP"])
    #expect(explanation.baseline.rules.counting.maximumPerClass == 100)
  }
}
