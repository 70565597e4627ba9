import FolderTesting
import Foundation
import ImageCodecs
import Models
import Testing

/// `train`, `panoptic` and `evaluate` on a detector that finds objects with their pixels and stuff.
struct PanopticCommandTests {
  private let folder: TemporaryFolder

  /// Light squares under a blue sky on green grass, in COCO's panoptic form.
  init() throws {
    let folder = try TemporaryFolder()
    var (images, annotations): ([String], [String]) = ([], [])
    let size = ImageSize(width: 64, height: 64)
    for index in 0..<6 {
      var image = RGBImage(size: size, color: (30, 120, 40))
      var picture = RGBImage(size: size, color: (3, 0, 0))
      let (x, y) = (6 * index + 4, 18 + 4 * (index % 3))
      image.fillRectangle(x: 0, y: 0, width: 64, height: 28, color: RGBColor(red: 60, green: 90, blue: 230))
      picture.fillRectangle(x: 0, y: 0, width: 64, height: 28, color: RGBColor(red: 2, green: 0, blue: 0))
      image.fillRectangle(x: x, y: y, width: 24, height: 24, color: .white)
      picture.fillRectangle(x: x, y: y, width: 24, height: 24, color: RGBColor(red: 1, green: 0, blue: 0))
      try folder.write(image, to: "data/\(index).png")
      try folder.write(picture, to: "data/set/\(index).png")
      images.append(#"{"id": \#(index + 10), "file_name": "\#(index).png", "width": 64, "height": 64}"#)
      annotations.append(
        #"{"image_id": \#(index + 10), "file_name": "\#(index).png", "segments_info": [{"id": 1, "category_id": 5}, "#
          + #"{"id": 2, "category_id": 20}, {"id": 3, "category_id": 30}]}"#)
    }
    let categories = [(5, "square", 1), (20, "sky", 0), (30, "grass", 0)].map {
      #"{"id": \#($0.0), "name": "\#($0.1)", "isthing": \#($0.2)}"#
    }
    try folder.write(
      #"{"images": [\#(images.joined(separator: ","))], "annotations": [\#(annotations.joined(separator: ","))], "#
        + #""categories": [\#(categories.joined(separator: ","))]}"#, to: "data/set.json")
    self.folder = folder
  }

  private func configuration(_ name: String, epochs: Int, more: String = "") throws -> String {
    try folder.write(
      """
      detector: faster-rcnn
      fasterRCNN:
        inputSize: { width: 64, height: 64 }
        backbone: { depth: 18, widthMultiplier: 0.125 }
        pyramid: { channels: 16, finestStride: 4, hasPooledLevel: false }
        proposals: { anchorSizes: [[12], [24], [36], [48]], count: 20, candidates: 60, trainingCandidates: 60, trainingCount: 20 }
        regions: { width: 32, samplesPerImage: 16, poolingSize: 4 }
        masks: { isPredicted: true, channels: 16, samplesPerImage: 4 }
        semantics: { isPredicted: true, channels: 16 }
      training:
        epochs: \(epochs)
        batchSize: 2
        optimiser: { kind: adamw, learningRate: 0.005 }
        schedule: { warmupEpochs: 0 }
        average: { decay: 0 }
        augmentation: { mosaic: 0, copyPaste: 0.3 }
      \(more)
      """, to: name)
  }

  private func run(_ arguments: String...) throws -> CommandLineRun {
    try CommandLineRun(arguments + ["--threads", "1"])
  }

  @Test func objectsAndStuffAreLearntAndMeasured() throws {
    let (set, model, found) = (
      folder.path("data/set.json"), folder.path("run/last.safetensors"), folder.path("found.json")
    )
    let training = try run(
      "train", configuration("a.yaml", epochs: 24), "--data", set, "--output", folder.path("run"))
    #expect(training.status == 0, "\(training.errors)")
    let log = try folder.text("run/log.csv").split(separator: "\n")
    #expect(log[0].hasPrefix("epoch,learningRate,loss,objectness,proposal,class,box,mask,semantic,"))
    let result = try run(
      "panoptic", "--data", set, "--instances", model, "--output", found, "--stuff-area", "50", "--confidence", "0.3",
      "--overlay", folder.path("overlay"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("found")).count == 6)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("overlay")).count == 6)
    let evaluation = try CommandLineRun([
      "evaluate", "--ground-truth", set, "--detections", found, "--json", folder.path("pq.json"),
    ])
    #expect(evaluation.status == 0, "\(evaluation.errors)")
    struct Figures: Decodable {
      struct Quality: Decodable { var pq: Double }
      var stuff: Quality
    }
    let figures = try JSONDecoder().decode(Figures.self, from: Data(folder.text("pq.json").utf8))
    #expect(figures.stuff.pq > 0.7, "\(evaluation.output)\n\(log)")
  }

  /// Masks and stuff are learnt to the same bytes with and without a stop.
  @Test func aResumedRunGivesTheSameBytes() throws {
    let set = folder.path("data/set.json")
    let whole = try configuration("whole.yaml", epochs: 3)
    let short = try configuration("short.yaml", epochs: 3, more: "  maximumMinutes: 0.0001")
    #expect(try run("train", whole, "--data", set, "--output", folder.path("one")).status == 0)
    let stopped = try run("train", short, "--data", set, "--output", folder.path("two"))
    #expect(stopped.status == 0 && stopped.output.contains("The time is over"), "\(stopped.output)\(stopped.errors)")
    let resumed = try run("train", whole, "--data", set, "--output", folder.path("two"), "--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.path("one/last.safetensors")))
        == Data(contentsOf: URL(fileURLWithPath: folder.path("two/last.safetensors"))))
  }

  @Test func whatDoesNotGoTogetherIsNamed() throws {
    let set = folder.path("data/set.json")
    let results = try folder.write("[]", to: "results.json")
    let without = try run("panoptic", "--data", set, "--instances", results, "--output", folder.path("o.json"))
    #expect(without.status == 64 && without.errors.contains("--semantics"), "\(without.errors)")
    let boxes = try CommandLineRun(["panoptic", folder.path("data"), "--instances", results, "--output", "o.json"])
    #expect(boxes.status == 64 && boxes.errors.contains("--data"), "\(boxes.errors)")
  }
}
