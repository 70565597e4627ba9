import CPUKernels
import FolderTesting
import Foundation
import ImageCodecs
import Models
import Testing

/// `train`, `segment`, `evaluate`, `inspect` and `export` on a segmenter.
struct SegmenterCommandTests {
  private let folder: TemporaryFolder
  private let configuration: String

  /// Dark pictures with a light half, in CamVid's form.
  init() throws {
    folder = try TemporaryFolder()
    try folder.write("value,name,r,g,b\n0,dark,0,0,90\n3,light,250,250,0\n9,void,0,0,0\n", to: "data/classes.csv")
    for index in 0..<8 {
      let size = ImageSize(width: 40, height: 32)
      let shade = UInt8(20 + 4 * index)
      var image = RGBImage(size: size, color: (shade, shade, shade))
      image.fillRectangle(x: 0, y: 0, width: 16 + index, height: 32, color: .white)
      var labels = LabelMap(size: size, repeating: 0)
      for y in 0..<32 { for x in 0..<40 { labels[x, y] = y == 31 ? 9 : x < 16 + index ? 3 : 0 } }
      try folder.write(image, to: "data/train/\(index).png")
      try folder.write(Data(labels.encodedPNG(palette: [])), to: "data/trainannot/\(index).png")
    }
    configuration = try folder.write(
      """
      detector: segmenter
      segmenter:
        network: unet
        inputSize: { width: 48, height: 32 }
        widthMultiplier: 0.125
      training:
        epochs: 12
        batchSize: 2
        optimiser: { kind: adamw, learningRate: 0.01 }
        schedule: { warmupEpochs: 0 }
        average: { decay: 0 }
        segmentationAugmentation: { horizontalFlip: 0.5, scaleMaximum: 1.2 }
      """, to: "segmenter.yaml")
  }

  private func train(_ output: String, _ arguments: String...) throws -> CommandLineRun {
    try CommandLineRun(
      ["train", configuration, "--data", folder.path("data/train"), "--output", folder.path(output), "--threads", "1"]
        + arguments)
  }

  @Test func aSegmenterIsTrainedAndUsed() throws {
    let run = try train("run", "--validation", "0.25")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("6 images, 2 classes (NAME and NAMEannot, as CamVid has them)"), "\(run.output)")
    let log = try folder.text("run/log.csv")
    #expect(log.hasPrefix("epoch,learningRate,loss,crossEntropy,imagesPerSecond,mIoU,pixelAccuracy,seconds\n"))
    let model = folder.path("run/last.safetensors")
    let reached = try ModelFile(contentsOf: model).provenance.metrics["mIoU"] ?? 0
    #expect(reached > 0.8, "\(log)")

    let outputs = ["areas.json", "areas.csv", "labels", "overlays"].map(folder.path)
    let image = folder.path("data/train/3.png")
    let said = try CommandLineRun(
      "segment", folder.path("data/train"), "--model", model, "--json", outputs[0], "--csv", outputs[1], "--labels",
      outputs[2], "--overlay", outputs[3], "--colors", folder.path("data/classes.csv"))
    #expect(said.status == 0, "\(said.errors)")
    #expect(said.output.contains("\(image) (40×32)\n") && said.output.contains("%  light"), "\(said.output)")
    #expect(try folder.text("areas.json").contains("\"labels\":"))
    #expect(try folder.text("areas.csv").hasPrefix("image,label,classId,pixels,share\n"))
    guard case .indexed(let map, let palette) = try LabelImage(contentsOf: outputs[2] + "/3.png") else {
      Issue.record("not indexed")
      return
    }
    #expect(Set(map.indices).isSubset(of: [0, 3]) && palette[3] == RGBColor(red: 250, green: 250, blue: 0))
    #expect(try RGBImage(contentsOf: outputs[3] + "/3.png").size == map.size)

    let reports = ["model.json", "files.json"].map(folder.path)
    let measured = try CommandLineRun(
      "evaluate", "--model", model, "--data", folder.path("data/train"), "--json", reports[0], "--csv",
      folder.path("classes.csv"), "--html", folder.path("page.html"))
    #expect(measured.status == 0 && measured.output.contains("mean IoU"), "\(measured.output) \(measured.errors)")
    #expect(measured.output.contains("pixel error") && measured.output.contains("boundary F (0.75 % of the diagonal)"))
    #expect(measured.output.contains("intervals of 1000 resamples of the images"), "\(measured.output)")
    // Truth, prediction and mistakes of every image.
    #expect(try folder.text("page.html").components(separatedBy: "data:image/jpeg;base64,").count == 1 + 3 * 8)
    // Of files the same as of the model that wrote them.
    let compared = try CommandLineRun(
      "evaluate", "--data", folder.path("data/train"), "--label-maps", outputs[2], "--json", reports[1])
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(try folder.text("model.json") == folder.text("files.json"))
    try checkTiles(model: model, image: image)
    try checkStream(model: model, labels: outputs[2])
    let inspected = try CommandLineRun("inspect", model)
    #expect(inspected.output.contains("classes: 0 dark, 3 light"), "\(inspected.output)")
    #expect(try CommandLineRun("export", model, "--output", folder.path("net.onnx")).status == 0)
    let found = try CommandLineRun("detect", image, "--model", model)
    #expect(found.status == 65 && found.errors.contains("this is a segmenter, which 'segment' runs"), "\(found.errors)")
    let classified = try CommandLineRun("classify", image, "--model", model)
    #expect(classified.errors.contains("this is a segmenter; expected a classifier"), "\(classified.errors)")
  }

  /// The pictures are smaller than a tile, and than its overlap.
  private func checkTiles(model: String, image: String) throws {
    let outputs = ["tiles.json", "tiled", "arrays"].map(folder.path)
    let run = try CommandLineRun(
      "segment", image, "--model", model, "--tiles", "--tile-size", "256x256", "--json", outputs[0], "--labels",
      outputs[1],
      "--probabilities", outputs[2])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("tiles of 256×256, of which 64×64 are kept: no seams"), "\(run.errors)")
    #expect(try folder.text("tiles.json").contains("\"overlap\":96"))
    guard case .indexed(let map, _) = try LabelImage(contentsOf: outputs[1] + "/3.png") else {
      Issue.record("not indexed")
      return
    }
    #expect(map.size == ImageSize(width: 40, height: 32))
    let array = try Data(contentsOf: URL(fileURLWithPath: outputs[2] + "/3.npy"))
    let header = "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 32, 40), }"
    #expect(array.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)))
    #expect(array.count == 128 + 2 * 2 * 32 * 40 && array[127] == UInt8(ascii: "\n"))
    let values = stride(from: 128, to: array.count, by: 2).map { place in
      Float(Float16(bitPattern: UInt16(array[place]) | UInt16(array[place + 1]) << 8))
    }
    for pixel in 0..<32 * 40 {
      #expect(abs(values[pixel] + values[32 * 40 + pixel] - 1) < 2e-3)
      if abs(values[pixel] - 0.5) > 1e-3 { #expect((values[pixel] < 0.5) == (map.indices[pixel] == 3)) }
    }

    let measured = try CommandLineRun(
      "evaluate", "--model", model, "--data", folder.path("data/train"), "--tiles")
    #expect(measured.status == 0 && measured.output.contains("mean IoU"), "\(measured.output) \(measured.errors)")
    #expect(measured.errors.contains("classes may change between tiles"), "\(measured.errors)")
    let nothing = try CommandLineRun("segment", image, "--model", model, "--tiles", "--tile-overlap", "16")
    #expect(nothing.status == 64 && nothing.errors.contains("an overlap of 16 pixels"), "\(nothing.errors)")
    let alone = try CommandLineRun("segment", image, "--model", model, "--tile-overlap", "16")
    #expect(alone.status == 64 && alone.errors.contains("--tile-overlap goes with --tiles"), "\(alone.errors)")
    let detector = try CommandLineRun("evaluate", "--data", folder.path("data/train"), "--tiles")
    #expect(detector.status == 64 && detector.errors.contains("--tiles goes with --model"), "\(detector.errors)")
  }

  /// - Parameter labels: the folder of what was said of the files.
  private func checkStream(model: String, labels: String) throws {
    let frames = try (0..<3).map { try Data(contentsOf: URL(fileURLWithPath: folder.path("data/train/\($0).png"))) }
    let run = try CommandLineRun(
      [
        "segment", "-", "--model", model, "--json-lines", "-", "--labels", folder.path("frames"), "--overlay",
        folder.path("drawn"), "--colors", folder.path("data/classes.csv"),
      ], input: Data(frames.joined()))
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[2].contains("\"image\":\"frame 3\""), "\(run.output)")
    #expect(FileManager.default.fileExists(atPath: folder.path("drawn/frame-000003.jpg")))
    for frame in 0..<3 {
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder.path("frames/frame-00000\(frame + 1).png"), andPath: "\(labels)/\(frame).png"))
    }
    let raw = try frames.map { try RGBImage(encoded: Array($0), name: "frame") }.flatMap(\.pixels)
    let again = try CommandLineRun(
      ["segment", "-", "--raw", "40x32", "--model", model, "--json-lines", "-", "--labels", folder.path("frames")],
      input: Data(raw))
    #expect(again.output == run.output, "\(again.output) \(again.errors)")
    let none = try CommandLineRun("segment", "-", "--model", model)
    #expect(none.status == 65 && none.errors.contains("no image arrived"), "\(none.errors)")
  }

  @Test func segmentersAreCompared() throws {
    #expect(try train("one").status == 0)
    _ = try folder.write(
      String(contentsOfFile: configuration, encoding: .utf8).replacing("epochs: 12", with: "epochs: 1"),
      to: "segmenter.yaml")
    #expect(try train("two").status == 0)
    let models = ["one", "two"].map { folder.path("\($0)/last.safetensors") }
    let outputs = ["page.html", "report.json", "table.csv"].map(folder.path)
    let data = folder.path("data/train")
    let run = try CommandLineRun(
      ["compare"] + models + ["--data", data, "--html", outputs[0], "--json", outputs[1], "--csv", outputs[2]])
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.output.contains("two/last against one/last: -") && run.output.contains("points of mean IoU"), "\(run.output)")
    let page = try folder.text("page.html")
    for heading in ["Figures", "Speed and accuracy", "Every two", "Classes", "Where they differ"] {
      #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)")
    }
    #expect(!page.contains("<script") && !page.contains("src=\"http"))
    #expect(page.contains("1 one/last: ") && page.contains("data:image/jpeg;base64,"))
    #expect(try folder.text("report.json").contains("\"betterFirst\" : 8"))
    #expect(try folder.text("table.csv").hasPrefix("name,parameters,msPerImage,images,meanIoU,low,high,"))
    let sizes = try CommandLineRun(["compare"] + models + ["--data", data, "--sizes", "32"])
    #expect(sizes.status == 64 && sizes.errors.contains("are for detectors"), "\(sizes.errors)")
    let other = try CommandLineRun("compare", models[0], folder.path("data/classes.csv"), "--data", data)
    #expect(
      other.status == 65 && other.errors.contains("classes.csv: expected a segmenter, as \(models[0]) is"),
      "\(other.errors)")
  }

  @Test func otherPrecisions() throws {
    #expect(try train("run").status == 0)
    let (model, integers) = (folder.path("run/last.safetensors"), folder.path("int8.safetensors"))
    let data = folder.path("data/train")
    let run = try CommandLineRun(
      "quantize", model, "--data", data, "--images", "2", "--largest-loss", "20", "--output", integers, "--threads", "1"
    )
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    #expect(run.output.contains("mean IoU") && run.output.contains("IoU of light"), "\(run.output)")
    #expect(run.output.contains("measured on the 6 images that did not calibrate"), "\(run.output)")
    let measured = try CommandLineRun(
      "evaluate", "--model", integers, "--data", data, "--json", folder.path("int8.json"))
    #expect(measured.status == 0, "\(measured.errors)")
    let figures = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: folder.path("int8.json"))))
    #expect(try #require((figures as? [String: Any])?["meanIoU"] as? Double) > 0.6)
    let split = try CommandLineRun("quantize", model, "--data", data, "--split", "val", "--output", folder.path("x"))
    #expect(split.status == 64 && split.errors.contains("--split is for labelled objects"), "\(split.errors)")
    let again = try CommandLineRun("segment", data, "--model", integers, "--precision", "f32")
    #expect(again.status == 65 && again.errors.contains("is in int8"), "\(again.errors)")
    let half = try CommandLineRun("segment", data, "--model", model, "--precision", "bf16")
    #expect(
      BFloat16.isAvailable ? half.status == 0 : half.status == 65 && half.errors.contains("bf16"), "\(half.errors)")
  }

  /// Two cells of two pixels that a program takes for one.
  @Test func cellsAreScored() throws {
    try folder.write("value,name\n0,membrane\n1,cell\n", to: "cells/classes.csv")
    try folder.writeImage("cells/images/a.png", width: 5, height: 1)
    for (name, labels) in [("labels", [1, 1, 0, 1, 1]), ("found", [1, 1, 1, 1, 1])] as [(String, [UInt8])] {
      let map = LabelMap(size: ImageSize(width: 5, height: 1), indices: labels)
      try folder.write(Data(map.encodedPNG(palette: [])), to: "cells/\(name)/a.png")
    }
    func evaluate(_ options: String...) throws -> CommandLineRun {
      try CommandLineRun(
        ["evaluate", "--data", folder.path("cells"), "--label-maps", folder.path("cells/found")] + options)
    }
    let run = try evaluate("--json", folder.path("cells.json"), "--resamples", "0", "--html", folder.path("cells.html"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("regions between 'membrane', means of 1 images"), "\(run.output)")
    #expect(run.output.contains("Rand F-score                     0.5000"), "\(run.output)")
    #expect(run.output.contains("pixel error") && run.output.contains("20.00"))
    #expect(!run.output.contains("resamples"))
    #expect(try folder.text("cells.json").contains("\"falseMerges\" : 1"))
    #expect(try folder.text("cells.html").contains("Rand merge score"))
    let other = try evaluate("--border-class", "wall")
    #expect(
      other.status == 64 && other.errors.contains("one of 'membrane', 'cell', not 'wall'"), "\(other.errors)")
    #expect(try evaluate("--border-class", "cell").output.contains("regions between 'cell'"))
    #expect(try evaluate("--boundary-tolerance", "0.2").status == 64)
    let detector = try CommandLineRun("evaluate", "--data", folder.path("cells"), "--border-class", "cell")
    #expect(
      detector.status == 64 && detector.errors.contains("--border-class is for segmenters"), "\(detector.errors)")
  }

  @Test func labelMapsAreAudited() throws {
    let good = try CommandLineRun("audit", folder.path("data/train"))
    #expect(good.status == 0 && good.output.contains("8 images, 2 classes"), "\(good.output) \(good.errors)")
    #expect(good.output.contains("pixels are ignored"))
    var labels = LabelMap(size: ImageSize(width: 40, height: 32), repeating: 0)
    labels[3, 2] = 77
    try folder.write(Data(labels.encodedPNG(palette: [])), to: "data/trainannot/0.png")
    let run = try CommandLineRun("audit", folder.path("data/train"), "--json", folder.path("audit.json"))
    #expect(run.status == 1, "\(run.output) \(run.errors)")
    #expect(
      run.output.contains("trainannot/0.png: value 77 (1 pixel, the first in column 3, row 2)"), "\(run.output)")
    #expect(try folder.text("audit.json").contains("unlistedLabelValue"))
    let clean = try CommandLineRun("audit", folder.path("data/train"), "--clean", folder.path("clean"))
    #expect(clean.status == 64 && clean.errors.contains("has label maps"), "\(clean.errors)")
  }

  @Test func aRunIsResumedExactly() throws {
    #expect(try train("whole").status == 0)
    var text = try String(contentsOfFile: configuration, encoding: .utf8)
    text = text.replacing("training:\n", with: "training:\n  maximumMinutes: 0.000001\n")
    _ = try folder.write(text, to: "segmenter.yaml")
    #expect(try train("parts").output.contains("The time is over"))
    _ = try folder.write(text.replacing("  maximumMinutes: 0.000001\n", with: ""), to: "segmenter.yaml")
    let resumed = try train("parts", "--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(
      FileManager.default.contentsEqual(
        atPath: folder.path("whole/last.safetensors"), andPath: folder.path("parts/last.safetensors")))
  }

  @Test func whatIsWrongIsNamed() throws {
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    func failure(_ old: String, _ new: String) throws -> String {
      _ = try folder.write(text.replacing(old, with: new), to: "segmenter.yaml")
      let run = try train("x")
      #expect(run.status == 65, "\(run.errors)")
      return run.errors
    }
    #expect(try failure("width: 48", "width: 40").contains("segmenter, inputSize: expected multiples of 16 for unet"))
    #expect(try failure("unet", "net").contains("segmenter.network: expected one of lraspp_mobilenet_v3_large, fcn8s"))
    #expect(try failure("scaleMaximum: 1.2", "scaleMaximum: 0.5").contains("segmentationAugmentation.scaleMinimum"))
    _ = try folder.write(text, to: "segmenter.yaml")
    let size = ImageSize(width: 12, height: 20)
    try folder.write(RGBImage(size: size), to: "data/train/small.png")
    try folder.write(Data(LabelMap(size: size, repeating: 0).encodedPNG(palette: [])), to: "data/trainannot/small.png")
    let small = try train("y")
    #expect(
      small.status == 65 && small.errors.contains("train/small.png: is 12×20; expected sides of at least 16"),
      "\(small.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("y")))
    let missing = try CommandLineRun(
      "evaluate", "--data", folder.path("data/train"), "--label-maps", folder.path("data"))
    #expect(missing.status == 66 && missing.errors.contains("data/0.png: no such file"), "\(missing.errors)")
    let both = try CommandLineRun(
      "evaluate", "--data", folder.path("data/train"), "--label-maps", folder.path("data"), "--model", "m.safetensors")
    #expect(both.status == 64 && both.errors.contains("--label-maps takes no --model"), "\(both.errors)")
  }
}
