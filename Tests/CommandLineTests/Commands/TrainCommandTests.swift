import Datasets
import FolderTesting
import Foundation
import Testing

struct TrainCommandTests {
  @Test func trainsDetectsAndEvaluates() throws {
    let folder = try TemporaryFolder()
    let (configuration, data) = (try folder.writeConfiguration(), try folder.writeDataset())
    let output = folder.path("run")
    let run = try CommandLineRun(
      "train", configuration, "--data", data, "--validation", "0.25", "--output", output, "--threads", "1")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("The model is \(output)/last.safetensors"))
    for name in ["last.safetensors", "best.safetensors", "configuration.yaml", "checkpoints/last.safetensors"] {
      #expect(FileManager.default.fileExists(atPath: "\(output)/\(name)"), "\(name)")
    }
    let log = try String(contentsOfFile: "\(output)/log.csv", encoding: .utf8).split(separator: "\n")
    #expect(log.count == 3)
    #expect(log[0].contains("box") && log[0].contains("objectness") && log[0].contains("class"))
    let settings = try String(contentsOfFile: "\(output)/configuration.yaml", encoding: .utf8)
    #expect(settings.contains("epochs: 2") && settings.contains("learningRate:"))
    // Anchors that the data decided.
    #expect(!settings.contains("anchors: []"))

    let again = try CommandLineRun("train", configuration, "--data", data, "--validation", "0.25", "--output", output)
    #expect(again.status == 65)
    #expect(again.errors.contains("holds a training run"))
    let model = "\(output)/last.safetensors"
    try evaluate(model, data, folder)
    let inspected = try CommandLineRun("inspect", model)
    #expect(inspected.status == 0)
    #expect(inspected.output.contains("classes: 0 red, 1 blue"))
  }

  private func evaluate(_ model: String, _ data: String, _ folder: TemporaryFolder) throws {
    let files = ["detections.json", "truth.json", "metrics.json"].map(folder.path)
    let run = try CommandLineRun(
      "evaluate", "--model", model, "--data", data, "--save-detections", files[0], "--save-ground-truth", files[1],
      "--json", files[2])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("COCO protocol: 101-point interpolated AP"))
    #expect(run.output.contains("red") && run.output.contains("blue") && run.output.contains("AP75"))
    let entries = try COCOResultsFile.read(from: files[0]).entries
    #expect(entries.allSatisfy { (1...16).contains($0.imageID) && (0...1).contains($0.categoryID) })
    let truth = try COCOGroundTruthFile.read(from: files[1])
    #expect(truth.images.count == 16 && truth.annotations.count == 16)
    #expect(truth.categories.map(\.name) == ["red", "blue"])
    let metrics = try String(contentsOfFile: files[2], encoding: .utf8)
    #expect(metrics.contains("\"AP50\"") && metrics.contains("\"ARlarge\""))
  }

  @Test(arguments: [
    ("  epoch: 5", 13, "epochs"), ("yolo2:\n  x: 1", 13, "yolo"),
    ("  optimiser: { learningrate: 1 }", 13, "learningRate"),
  ])
  func anUnknownKeyIs65(line: String, number: Int, nearest: String) throws {
    let folder = try TemporaryFolder()
    let (configuration, data) = (try folder.writeConfiguration(line), try folder.writeDataset(count: 1))
    let run = try CommandLineRun("train", configuration, "--data", data, "--output", folder.path("run"))
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("peregrine: \(configuration):\(number): unknown key"))
    #expect(run.errors.contains("did you mean \"") && run.errors.contains(nearest), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  @Test(arguments: ["  batchSize: 0", "  epochs: -1", "  optimiser: { learningRate: 0 }", "  batchSize: many"])
  func aSettingThatMakesNoSenseIs65(line: String) throws {
    let folder = try TemporaryFolder()
    let configuration = try folder.write("training:\n\(line)\n", to: "wrong.yaml")
    let data = try folder.writeDataset(count: 1)
    let run = try CommandLineRun("train", configuration, "--data", data, "--output", folder.path("run"))
    #expect(run.status == 65)
    let key = line.contains("learningRate") ? "learningRate" : String(line.split(separator: ":")[0].dropFirst(2))
    #expect(run.errors.contains(key), "\(run.errors)")
  }

  @Test func missingInputIs66() throws {
    let folder = try TemporaryFolder()
    let (configuration, data) = (try folder.writeConfiguration(), try folder.writeDataset(count: 1))
    let none = folder.path("none")
    for run in [
      try CommandLineRun("train", none, "--data", data, "--output", folder.path("run")),
      try CommandLineRun("train", configuration, "--data", none, "--output", folder.path("run")),
      try CommandLineRun(
        "train", configuration, "--data", data, "--validation", none, "--output", folder.path("run")),
    ] {
      #expect(run.status == 66)
      #expect(run.errors.contains("\(none): no such file or folder"))
    }
  }

  @Test func whatCannotBeWrittenIs73() throws {
    let folder = try TemporaryFolder()
    let (configuration, data) = (try folder.writeConfiguration(), try folder.writeDataset(count: 1))
    let run = try CommandLineRun("train", configuration, "--data", data, "--output", configuration + "/run")
    #expect(run.status == 73)
  }

  @Test(arguments: [["--validation", "1.5"], ["--threads", "0"]])
  func wrongUsageIs64(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let (configuration, data) = (try folder.writeConfiguration(), try folder.writeDataset(count: 2))
    let run = try CommandLineRun(
      ["train", configuration, "--data", data, "--output", folder.path("run")] + arguments)
    #expect(run.status == 64)
  }

  @Test func dataWithoutObjectsIs65() throws {
    let folder = try TemporaryFolder()
    let configuration = try folder.writeConfiguration()
    let data = try folder.writeDataset(count: 2)
    for index in 100...101 { _ = try folder.write("", to: "data/labels/\(index).txt") }
    let run = try CommandLineRun("train", configuration, "--data", data, "--output", folder.path("run"))
    #expect(run.status == 65)
    #expect(run.errors.contains("anchors cannot be fitted"), "\(run.errors)")
  }
}
