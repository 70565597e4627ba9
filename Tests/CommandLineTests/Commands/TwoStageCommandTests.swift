import FolderTesting
import Foundation
import Testing

/// The two-stage detector from the command line: training from another family's backbone, its ancestors, its stages.
struct TwoStageCommandTests {
  private let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try folder.writeDataset(count: 8)
  }

  private func writeTwoStageConfiguration(epochs: Int = 1) throws -> String {
    try folder.write(
      """
      detector: faster-rcnn
      fasterRCNN:
        inputSize: { width: 64, height: 64 }
        backbone: { depth: 18, widthMultiplier: 0.25 }
        pyramid: { channels: 16, hasPooledLevel: false }
        proposals: { anchorSizes: [[16], [24], [48]], candidates: 30, count: 20, trainingCandidates: 30, trainingCount: 20 }
        regions: { width: 16, samplesPerImage: 8 }
      training:
        epochs: \(epochs)
        batchSize: 4
        seed: 3
      """, to: "two-stage.yaml")
  }

  /// Trains from the backbone of a single-stage model that has learnt nothing.
  private func train() throws -> (model: String, backbone: String) {
    let backbone = try folder.writeModel()
    let run = try CommandLineRun(
      "train", writeTwoStageConfiguration(), "--data", data, "--backbone", backbone, "--output", folder.path("run"))
    #expect(run.status == 0, "\(run.errors)")
    return (folder.path("run/last.safetensors"), backbone)
  }

  private func fact(_ name: String, of model: String) throws -> String? {
    let run = try CommandLineRun("inspect", model)
    #expect(run.status == 0, "\(run.errors)")
    return run.output.split(separator: "\n").first { $0.hasPrefix("\(name): ") }
      .map { String($0.dropFirst(name.count + 2)) }
  }

  @Test func startsFromABackboneOfTheOtherFamilyAndSaysSo() throws {
    let (model, backbone) = try train()
    let started = try fact("backbone", of: backbone)
    #expect(started?.count == 16)
    #expect(try fact("trained from backbone", of: model) == started)
    #expect(try fact("backbone", of: model) != started)
    #expect(try fact("architecture", of: model) == "faster-rcnn")
    // And back: the single-stage detector from the two-stage one's.
    let back = try CommandLineRun(
      "train", folder.writeConfiguration(), "--data", data, "--backbone", model, "--output", folder.path("back"))
    #expect(back.status == 0, "\(back.errors)")
    let learnt = try fact("backbone", of: model)
    #expect(try fact("trained from backbone", of: folder.path("back/last.safetensors")) == learnt)
  }

  @Test func aBackboneOfAnotherWidthIsRefusedByName() throws {
    let backbone = try folder.writeModel()
    let wide = try String(contentsOfFile: writeTwoStageConfiguration(), encoding: .utf8)
      .replacingOccurrences(of: "widthMultiplier: 0.25", with: "widthMultiplier: 0.5")
    let run = try CommandLineRun(
      "train", folder.write(wide, to: "wide.yaml"), "--data", data, "--backbone", backbone, "--output",
      folder.path("wide"))
    #expect(run.status == 65)
    #expect(run.errors.contains(backbone) && run.errors.contains("backbone.body.conv1.weight"), "\(run.errors)")
  }

  @Test func everyMethodDetectsAndEvaluates() throws {
    let (model, _) = try train()
    let boxes = try folder.write(
      #"{"100.png": [[2, 2, 40, 40], [10, 10, 60, 60]], "101.png": []}"#, to: "boxes.json")
    for arguments in [
      ["--method", "r-cnn", "--proposals", "random", "--proposal-count", "6"],
      ["--method", "fast-r-cnn", "--proposals", "sliding-windows"], ["--method", "fast-r-cnn"],
      ["--method", "faster-r-cnn", "--proposal-count", "5"], ["--method", "fast-r-cnn", "--proposals", boxes],
    ] {
      let run = try CommandLineRun(
        ["detect", "\(data)/images/100.png", "\(data)/images/101.png", "--model", model, "--confidence", "0.01"]
          + arguments)
      #expect(run.status == 0, "\(arguments): \(run.errors)")
      #expect(run.output.contains("100.png (64×64)") && run.output.contains("101.png (64×64)"))
    }
    let evaluation = try CommandLineRun(
      "evaluate", "--model", model, "--data", data, "--method", "fast-r-cnn", "--proposals", "random")
    #expect(evaluation.status == 0, "\(evaluation.errors)")
  }

  @Test func proposalsThatCannotBeUsedAreNamed() throws {
    let (model, backbone) = try train()
    let image = "\(data)/images/100.png"
    func detect(_ arguments: String...) throws -> CommandLineRun {
      try CommandLineRun(["detect", image, "--model", model, "--method", "fast-r-cnn"] + arguments)
    }
    let unknown = try detect("--proposals", "magic")
    #expect(unknown.status == 64 && unknown.errors.contains("selective-search"))
    let missing = try detect("--proposals", folder.path("none.json"))
    #expect(missing.status == 66 && missing.errors.contains("none.json"), "\(missing.status) \(missing.errors)")
    let broken = try detect("--proposals", folder.write(#"{"100.png": [[1, 2, 3]]}"#, to: "broken.json"))
    #expect(broken.status == 65 && broken.errors.contains("broken.json"), "\(broken.status) \(broken.errors)")
    let other = try detect("--proposals", folder.write(#"{"7.png": [[1, 2, 30, 40]]}"#, to: "other.json"))
    #expect(other.status == 1 && other.errors.contains("100.png"), "\(other.status) \(other.errors)")
    let single = try CommandLineRun("detect", image, "--model", backbone, "--method", "r-cnn")
    #expect(single.status == 65 && single.errors.contains("two-stage"), "\(single.errors)")
    #expect(try CommandLineRun("detect", image, "--proposals", "random").status == 64)
    #expect(try detect("--proposal-count", "0").status == 64)
  }

  @Test func stagesAreTimed() throws {
    let json = folder.path("stages.json")
    let run = try CommandLineRun(
      "benchmark", writeTwoStageConfiguration(), "--classes", "2", "--image", "\(data)/images/100.png", "--runs", "2",
      "--proposals", "random", "--method", "fast-r-cnn", "--json", json)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("trunk") && run.output.contains("fast-r-cnn"))
    let all = try CommandLineRun(
      "benchmark", writeTwoStageConfiguration(), "--classes", "2", "--image", "\(data)/images/100.png", "--runs", "1",
      "--proposal-count", "5", "--json", json)
    #expect(all.status == 0, "\(all.errors)")
    let entries = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json))) as? [[String: Any]])
    #expect(entries.map { $0["method"] as? String } == ["faster-r-cnn", "fast-r-cnn", "r-cnn"])
    let single = try CommandLineRun("benchmark", folder.writeConfiguration(), "--image", "\(data)/images/100.png")
    #expect(single.status == 65, "\(single.errors)")
    let pooling = try CommandLineRun("benchmark", "roi-align", "--runs", "1")
    #expect(pooling.status == 0 && pooling.output.contains("forward"))
    let components = try CommandLineRun("benchmark", "components", "--runs", "1", "--image", "\(data)/images/100.png")
    #expect(
      components.status == 0 && components.output.contains("NMS of 10000 boxes, 80 classes"), "\(components.errors)")
  }

  @Test func aSettingThatCannotBeIsNamed() throws {
    let wrong = try String(contentsOfFile: writeTwoStageConfiguration(), encoding: .utf8)
      .replacingOccurrences(of: "anchorSizes: [[16], [24], [48]]", with: "anchorSizes: [[16], [24]]")
    let run = try CommandLineRun(
      "train", folder.write(wrong, to: "wrong.yaml"), "--data", data, "--output", folder.path("wrong"))
    #expect(run.status == 65)
    #expect(run.errors.contains("proposals.anchorSizes"), "\(run.errors)")
  }
}
