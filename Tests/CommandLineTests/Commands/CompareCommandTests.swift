import Datasets
import Evaluation
import FasterRCNN
import FolderTesting
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Reports
import Testing

struct CompareCommandTests {
  private let folder: TemporaryFolder
  private let model: String
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.writeModel("one.safetensors")
    data = try folder.writeDataset(count: 8)
  }

  /// A two-stage model with random weights that knows red and blue.
  private func twoStageModel() throws -> String {
    var configuration = RunConfiguration()
    configuration.detector = ArchitectureChoice(FasterRCNNArchitecture.self)
    configuration.fasterRCNN.inputSize = ImageSize(width: 64, height: 64)
    configuration.fasterRCNN.backbone.widthMultiplier = 0.25
    configuration.fasterRCNN.pyramid.channels = 16
    let detector = try ModelCatalog.trainable(
      &configuration,
      dataset: LabelledDataset(
        classes: [ObjectClass(id: 0, name: "red"), ObjectClass(id: 1, name: "blue")], images: []))
    let path = folder.path("two.safetensors")
    try detector.writeModel(parameters: detector.parameters, to: path, metrics: [:], trainingDataHash: "hash")
    return path
  }

  private func report(_ name: String) throws -> ComparisonReport {
    try JSONDecoder().decode(
      ComparisonReport.self, from: Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
  }

  @Test func measuresWhatEvaluateMeasures() throws {
    let results = folder.path("found.json")
    let evaluated = try CommandLineRun(
      "evaluate", "--model", model, "--data", data, "--save-detections", results, "--json", folder.path("metrics.json"))
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let run = try CommandLineRun(
      "compare", model, try twoStageModel(), results, "--data", data, "--json", folder.path("report.json"), "--csv",
      folder.path("table.csv"), "--html", folder.path("page.html"), "--resamples", "20", "--rounds", "2")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("mean ms of  decode  preprocess  network"))

    let report = try report("report.json")
    let metrics = try EvaluationReport.read(from: folder.path("metrics.json")).metrics
    #expect(report.entries.map(\.name) == ["one", "two", "found"])
    #expect(report.entries.map(\.family.rawValue) == ["yolo", "faster-rcnn", "results"])
    for entry in [report.entries[0], report.entries[2]] {
      #expect(entry.averagePrecision == metrics["AP"])
      #expect(entry.analysis.summary.averageRecall100 == metrics["AR100"])
    }
    #expect(report.pairs.count == 3)
    for entry in report.entries.prefix(2) {
      let timing = try #require(entry.timing)
      #expect(timing.images == 8 && timing.rounds == 2)
      #expect(timing.accountedShare > 0.5 && timing.accountedShare < 1.02)
      let cost = try #require(entry.cost)
      #expect(try #require(cost.peakMemory) > 1 << 20)
      #expect(cost.fileBytes == (try Data(contentsOf: URL(fileURLWithPath: entry.path)).count))
      #expect(cost.parameters > 10_000 && cost.operations > 1e6)
    }
    #expect(report.entries[0].timing?.stages.map(\.stage) == [.decode, .preprocess, .network, .postprocess])
    #expect(report.entries[1].timing?.stages.map(\.stage) == ComparedTiming.Stage.allCases)
    #expect(report.entries[2].timing == nil && report.entries[2].cost == nil)
    #expect(report.entries[1].cost?.proposals == report.entries[1].setting.proposals)
    let table = try String(contentsOfFile: folder.path("table.csv"), encoding: .utf8)
    #expect(table.split(separator: "\n").count == 4)
    #expect(try String(contentsOfFile: folder.path("page.html"), encoding: .utf8).contains("Comparison of 3 detectors"))
  }

  @Test func unknownClassesAndAnyScoreAreTakenAndSaidWhereThatIsAskedFor() throws {
    let lines = (0..<103).map { "100.png,red,\($0),0,0,\(5 + $0 % 50),9\n" } + ["100.png,green,1,0,0,5,9\n"]
    let found = try folder.write("image,label,score,x1,y1,x2,y2\n" + lines.joined(), to: "found.csv")
    let options = ["compare", found, "--data", data, "--resamples", "5", "--json", folder.path("report.json")]
    let refused = try CommandLineRun(options)
    #expect(refused.status == 65 && refused.errors.contains("--accept-any-score"), "\(refused.errors)")
    let run = try CommandLineRun(options + ["--accept-any-score", "--accept-unknown-classes"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      try report("report.json").notes == [
        "\(found): 1 detection of 1 class that the ground truth does not have was not counted: 'green' (1)",
        "found: 3 of 103 detections beyond the 100 best an image and class were not counted",
        "found: 101 scores are outside of 0 to 1 (all are from 0.0 to 102.0) and counted by their order",
      ])
  }

  @Test func sweepsRunEveryModelAtEverySetting() throws {
    let run = try CommandLineRun(
      "compare", model, try twoStageModel(), "--data", data, "--json", folder.path("report.json"), "--sizes",
      "64,96x64",
      "--proposals", "5,20", "--rounds", "1", "--resamples", "5")
    #expect(run.status == 0, "\(run.errors)")
    let report = try report("report.json")
    #expect(
      report.entries.map(\.name) == [
        "one 64×64", "one 96×64", "two 64×64, 5 proposals", "two 64×64, 20 proposals", "two 96×64, 5 proposals",
        "two 96×64, 20 proposals",
      ])
    #expect(report.entries.map(\.setting.width) == [64, 96, 64, 64, 96, 96])
    #expect(report.entries.map(\.setting.proposals) == [nil, nil, 5, 20, 5, 20])
    let operations = report.entries.compactMap(\.cost?.operations)
    #expect(operations[1] == operations[0] * 1.5)
    // 15 more regions cost as much at either size.
    #expect(operations[3] > operations[2] && operations[5] - operations[4] == operations[3] - operations[2])
    #expect(report.pairs.count == 15)
  }

  @Test func precisionsAndThreadsAreSweptOver() throws {
    let run = try CommandLineRun(
      "compare", model, "--data", data, "--json", folder.path("report.json"), "--precisions", "f32,int8", "--threads",
      "1,2", "--rounds", "2", "--resamples", "5")
    try #require(run.status == 0 || run.errors.contains("int8 is not available"), "\(run.errors)")
    if run.status != 0 { return }
    let report = try report("report.json")
    #expect(
      report.entries.map(\.name) == [
        "one f32, 1 thread", "one f32, 2 threads", "one int8, 1 thread", "one int8, 2 threads",
      ])
    #expect(report.entries.map(\.setting.threads) == [1, 2, 1, 2])
    #expect(report.entries.map { $0.cost?.peakMemory == nil } == [false, false, true, true])
    #expect(report.notes.contains { $0.contains("int8 was calibrated on 8 of the images") })
    #expect(report.entries[0].averagePrecision == report.entries[1].averagePrecision)
  }

  @Test func imagesOfAListAloneCount() throws {
    let list = try folder.write("100\n103\n", to: "list.txt")
    let results = folder.path("found.json")
    _ = try CommandLineRun("evaluate", "--model", model, "--data", data, "--save-detections", results)
    let run = try CommandLineRun(
      "compare", model, results, "--data", data, "--list", list, "--json", folder.path("report.json"), "--rounds", "1",
      "--resamples", "5")
    #expect(run.status == 0, "\(run.errors)")
    let report = try report("report.json")
    #expect(report.data.images == 2)
    #expect(report.entries[0].averagePrecision == report.entries[1].averagePrecision)
    #expect(report.notes.contains { $0.contains("detections on images that --list does not name were left out") })
  }

  @Test func anUnreadableImageIsReported() throws {
    let path = folder.path("data/images/102.png")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes.removeLast(bytes.count / 2)
    try bytes.write(to: URL(fileURLWithPath: path))
    let run = try CommandLineRun(
      "compare", model, "--data", data, "--json", folder.path("report.json"), "--rounds", "1", "--resamples", "5")
    #expect(run.status == 1)
    #expect(try report("report.json").data.images == 7)
    #expect(run.output.contains("102.png"))
  }

  @Test func badInputsAreRefusedBeforeAnythingIsMeasured() throws {
    func run(_ arguments: String...) throws -> CommandLineRun {
      try CommandLineRun(["compare"] + arguments + ["--data", data, "--rounds", "1", "--resamples", "5"])
    }
    let other = try folder.writeModel("other.safetensors", classes: ["red", "green"])
    let refused = try run(model, other)
    #expect(refused.status == 65)
    #expect(
      refused.errors.contains("other.safetensors: does not know 'blue' of the data's classes; by name: red → red, blue")
    )
    let twice = try run(model, data + "/../one.safetensors")
    #expect(twice.status == 65)
    #expect(twice.errors.contains("is the same file as"))
    let strange = try folder.write(
      #"[{"image_id": 999, "category_id": 0, "bbox": [1, 2, 3, 4], "score": 0.5}]"#, to: "x.json")
    let elsewhere = try run(model, strange)
    #expect(elsewhere.status == 65)
    #expect(elsewhere.errors.contains("x.json") && elsewhere.errors.contains("999"))
    #expect(try run(folder.path("none.safetensors")).status == 66)
    #expect(try run(model, "--json", folder.path("no/such/report.json")).status == 73)
    #expect(try run(model, "--json", model).status == 73)
    #expect(try run(model, "--json", folder.path("a"), "--csv", folder.path("a")).status == 64)
    #expect(try run(model, "--sizes", "100").status == 64)
    #expect(try run(model, "--sizes", "64,64").status == 64)
    #expect(try run(model, "--precisions", "fp16").status == 64)
    let single = try run(model, "--proposals", "50")
    #expect(single.status == 64)
    #expect(single.errors.contains("--proposals is for two-stage models; none of the inputs is one"))
    let unlabelled = try folder.write("", to: "data/labels/100.txt")
    #expect(FileManager.default.fileExists(atPath: unlabelled))
    let list = try folder.write("100\n", to: "list.txt")
    let empty = try run(model, "--list", list)
    #expect(empty.status == 65)
    #expect(empty.errors.contains("has no labelled object"))
  }
}
