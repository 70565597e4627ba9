import FolderTesting
import Foundation
import ImageCodecs
import Models
import Testing

/// `train`, `classify`, `evaluate`, `inspect` and `export` on a classifier.
struct ClassifierCommandTests {
  private let folder: TemporaryFolder
  private let data: String
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    for (name, level) in [("dark", 40), ("light", 180)] {
      for index in 0..<12 {
        let shade = UInt8(level + 4 * index)
        let image = RGBImage(size: ImageSize(width: 16, height: 14), color: (shade, shade, shade))
        try folder.write(Data(image.encodedPNG()), to: "set/\(name)/\(index).png")
      }
    }
    data = folder.path("set")
    configuration = try folder.write(
      """
      detector: classifier
      classifier:
        network: lectures
        inputSize: { width: 12, height: 12 }
        inputChannels: 1
      training:
        epochs: 3
        batchSize: 4
        optimiser: { kind: adamw, learningRate: 0.001 }
        schedule: { warmupEpochs: 0 }
        classAugmentation: { shift: 0.1, horizontalFlip: 0.5 }
      """, to: "classifier.yaml")
  }

  private func train(_ output: String, _ arguments: String...) throws -> CommandLineRun {
    try CommandLineRun(
      ["train", configuration, "--data", data, "--output", folder.path(output), "--threads", "1"] + arguments)
  }

  @Test func aClassifierIsTrainedAndUsed() throws {
    let run = try train("run", "--validation", "0.25")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("18 images, 2 classes (a folder per class)"), "\(run.output)")
    #expect(run.output.contains("best validation top1 1.0000"), "\(run.output)")
    let log = try String(contentsOfFile: folder.path("run/log.csv"), encoding: .utf8)
    #expect(log.hasPrefix("epoch,learningRate,loss,class,imagesPerSecond,top1,top5,seconds\n"))
    let model = folder.path("run/last.safetensors")
    #expect(try ModelFile(contentsOf: model).provenance.metrics["top1"] == 1)

    let image = folder.path("set/light/3.png")
    let files = ["report.json", "table.csv"].map(folder.path)
    let said = try CommandLineRun(
      "classify", image, data, "--model", model, "--json", files[0], "--csv", files[1], "--logits")
    #expect(said.status == 0, "\(said.errors)")
    #expect(said.output.hasPrefix("\(image) (16×14)\n") && said.output.contains("%  light"), "\(said.output)")
    #expect(try folder.text("report.json").contains("\"logits\":["))
    #expect(try folder.text("table.csv").split(separator: "\n").count == 1 + 2 * 25)

    let outputs = ["metrics.json", "classes.csv", "page.html"].map(folder.path)
    let measured = try CommandLineRun(
      "evaluate", "--model", model, "--data", data, "--json", outputs[0], "--csv", outputs[1], "--html", outputs[2])
    #expect(measured.status == 0, "\(measured.errors)")
    #expect(measured.output.contains("top-1  100.00") && measured.output.contains("24 of 24"), "\(measured.output)")
    #expect(measured.output.contains("mean recall of the classes 100.00 % (100.00 to 100.00); 95 % intervals of 1000"))
    #expect(try folder.text("metrics.json").contains("\"meanRecall\""))
    #expect(try folder.text("page.html").contains("Calibration"))
    let inspected = try CommandLineRun("inspect", model)
    #expect(inspected.output.contains("classes: 0 dark, 1 light"), "\(inspected.output)")
    #expect(try CommandLineRun("export", model, "--output", folder.path("net.onnx")).status == 0)
    let found = try CommandLineRun("detect", data, "--model", model)
    #expect(found.status == 65 && found.errors.contains("this is a classifier"), "\(found.errors)")
  }

  @Test func aRunIsResumedExactly() throws {
    #expect(try train("whole").status == 0)
    var text = try String(contentsOfFile: configuration, encoding: .utf8)
    text += "\n  maximumMinutes: 0.000001\n"
    _ = try folder.write(text, to: "classifier.yaml")
    #expect(try train("parts").output.contains("The time is over"))
    _ = try folder.write(text.replacing("  maximumMinutes: 0.000001\n", with: ""), to: "classifier.yaml")
    let resumed = try train("parts", "--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(
      FileManager.default.contentsEqual(
        atPath: folder.path("whole/last.safetensors"), andPath: folder.path("parts/last.safetensors")))
  }

  @Test func whatIsWrongIsNamed() throws {
    let missing = try CommandLineRun("classify", data, "--model", folder.path("none.safetensors"))
    #expect(missing.status == 66 && missing.errors.contains("none.safetensors: no such file"))
    let sample = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    try folder.write(
      Data(contentsOf: URL(fileURLWithPath: sample + "/Samples/Model/scenes.safetensors")), to: "detector.safetensors")
    let detector = try CommandLineRun("classify", data, "--model", folder.path("detector.safetensors"))
    #expect(detector.status == 65 && detector.errors.contains("this is a detector (yolo); expected a classifier"))
    try FileManager.default.createDirectory(atPath: folder.path("set/empty"), withIntermediateDirectories: true)
    let empty = try train("a")
    #expect(empty.status == 65 && empty.errors.contains("set/empty: is a class without images"), "\(empty.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    try FileManager.default.removeItem(atPath: folder.path("set/empty"))
    try folder.write(Data(contentsOf: URL(fileURLWithPath: folder.path("set/dark/0.png"))), to: "other/grey/0.png")
    try folder.write(Data(contentsOf: URL(fileURLWithPath: folder.path("set/dark/0.png"))), to: "other/dark/0.png")
    let unknown = try train("b", "--validation", folder.path("other"))
    #expect(unknown.status == 65 && unknown.errors.contains("a class that is not known: 'grey'"), "\(unknown.errors)")
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    _ = try folder.write(text.replacing("width: 12, height: 12", with: "width: 1, height: 1"), to: "classifier.yaml")
    let deep = try train("c")
    #expect(deep.status == 65 && deep.errors.contains("images large enough for lectures, not 1×1: layer conv1"))
  }

  /// A training run that ends with bad data and writes nothing.
  private func refused(_ data: String, _ arguments: String...) throws -> CommandLineRun {
    let output = folder.path("refused")
    let run = try CommandLineRun(
      ["train", configuration, "--data", data, "--output", output, "--threads", "1"] + arguments)
    #expect(run.status == 65, "\(run.status) \(run.output)\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: output))
    return run
  }

  @Test func oneClassIsNamed() throws {
    try FileManager.default.removeItem(atPath: folder.path("set/dark"))
    #expect(
      try refused(data).errors.contains("set: has one class alone, 'light'; expected folders of two classes or more"))
  }

  @Test func foldersOfSplitsAreNamed() throws {
    try FileManager.default.createDirectory(atPath: folder.path("both"), withIntermediateDirectories: true)
    for split in ["train", "val"] {
      try FileManager.default.copyItem(atPath: data, toPath: folder.path("both/\(split)"))
    }
    let run = try refused(folder.path("both"))
    #expect(
      run.errors.contains("has folders of splits, train, val, and none of classes; expected one of them, such as"))
  }

  @Test func aValidationClassThatTrainingLacksIsNamed() throws {
    // All dark images are held back.
    let names = (0..<12).map { "dark/\($0).png\n" }.joined()
    let run = try refused(data, "--validation", folder.write(names, to: "held.txt"))
    #expect(run.errors.contains("has images of one class alone; expected two classes or more"), "\(run.errors)")
    try folder.write(Data(contentsOf: URL(fileURLWithPath: folder.path("set/dark/0.png"))), to: "set/grey/g.png")
    let grey = try refused(data, "--validation", folder.write("grey/g.png\n", to: "held.txt"))
    #expect(grey.errors.contains("has images of 'grey', of which there are none to learn from"), "\(grey.errors)")
  }

  @Test func aTableThatNamesMissingImagesNamesThem() throws {
    let table = try folder.write("file,class\nset/dark/0.png,a\nset/gone.png,b\nset/too.png,b\n", to: "labels.csv")
    let run = try refused(table)
    #expect(
      run.errors.contains(
        "labels.csv:3: names 2 images that are not there: line 3 'set/gone.png', line 4 'set/too.png'"),
      "\(run.errors)")
  }

  @Test func aHundredThousandClassesAreRefused() throws {
    let rows = (0..<100_000).map { "set/dark/0.png,class\($0)\n" }.joined()
    let run = try refused(folder.write("file,class\n" + rows, to: "labels.csv"))
    #expect(run.errors.contains("expected 2 to 65536 classes to tell apart, not 100000"), "\(run.errors)")
  }

  @Test func imagesOfOnePixelAreSaid() throws {
    for name in ["dark", "light"] {
      try folder.write(RGBImage(size: ImageSize(width: 1, height: 1), color: (9, 9, 9)), to: "set/\(name)/dot.png")
    }
    let run = try train("dots")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("2 images have one pixel, which shows nothing: "), "\(run.output)")
  }

  /// VGG-16 halves a map five times: of 12×12 pixels nothing is left at the fourth.
  @Test func aNetworkTooDeepForTheImageNamesLayerAndSize() throws {
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    _ = try folder.write(
      text.replacing("network: lectures", with: "network: vgg16").replacing(
        "inputChannels: 1", with: "inputChannels: 3"),
      to: "classifier.yaml")
    let run = try refused(data)
    #expect(run.errors.contains("images large enough for vgg16, not 12×12: layer pool#4"), "\(run.errors)")
  }

  @Test func classifiersAreComparedOnAPage() throws {
    #expect(try train("one").status == 0)
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    _ = try folder.write(text.replacing("epochs: 3", with: "epochs: 1"), to: "classifier.yaml")
    #expect(try train("two").status == 0)
    let models = ["one", "two"].map { folder.path("\($0)/last.safetensors") }
    let outputs = ["page.html", "report.json"].map(folder.path)
    let run = try CommandLineRun(
      ["compare"] + models + ["--data", data, "--html", outputs[0], "--json", outputs[1], "--resamples", "100"])
    #expect(run.status == 0, "\(run.errors)")
    let page = try folder.text("page.html")
    for heading in ["Figures", "Speed and accuracy", "Every two", "Classes"] {
      #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)")
    }
    #expect(!page.contains("<script") && !page.contains("src=\"http"))
    #expect(try folder.text("report.json").contains("\"resamples\" : 100"))
    let sizes = try CommandLineRun(["compare"] + models + ["--data", data, "--sizes", "32"])
    #expect(sizes.status == 64 && sizes.errors.contains("are for detectors"), "\(sizes.errors)")
  }
}
