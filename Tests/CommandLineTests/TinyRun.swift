import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import ModelZoo
import Models

/// Files for a run that takes seconds: a configuration, images of coloured rectangles, a model that has learnt nothing.
extension TemporaryFolder {
  func write(_ text: String, to name: String) throws -> String {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  func writeConfiguration(_ extra: String = "") throws -> String {
    try write(
      """
      detector: yolo
      yolo:
        inputSize: { width: 64, height: 64 }
        backbone: { depth: 18, widthMultiplier: 0.25 }
        pyramidChannels: 16
        headConvolutions: 1
        anchorsPerLevel: 1
      training:
        epochs: 2
        batchSize: 4
        seed: 3
        closeMosaicEpochs: 1
      \(extra)
      """, to: "tiny.yaml")
  }

  /// A grey image with one rectangle, as PNG.
  func writeImage(_ name: String, generator: inout SeededGenerator) throws -> (path: String, label: String) {
    var image = RGBImage(size: ImageSize(width: 64, height: 64), color: (120, 120, 120))
    let (width, height) = (8 + generator.uniform(below: 32), 8 + generator.uniform(below: 32))
    let (x, y) = (generator.uniform(below: 65 - width), generator.uniform(below: 65 - height))
    let classIndex = generator.uniform(below: 2)
    image.fillRectangle(
      x: x, y: y, width: width, height: height,
      color: classIndex == 0 ? RGBColor(red: 230, green: 30, blue: 30) : RGBColor(red: 20, green: 40, blue: 240))
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try image.write(to: url.path)
    let fractions = [Double(x) + Double(width) / 2, Double(y) + Double(height) / 2, Double(width), Double(height)]
    return (url.path, "\(classIndex) " + fractions.map { "\($0 / 64)" }.joined(separator: " ") + "\n")
  }

  /// `data/images` and `data/labels` in YOLO's form, with the classes red and blue.
  func writeDataset(count: Int = 16) throws -> String {
    var generator = SeededGenerator(seed: 8)
    for index in 0..<count {
      let (_, label) = try writeImage("data/images/\(100 + index).png", generator: &generator)
      _ = try write(label, to: "data/labels/\(100 + index).txt")
    }
    _ = try write("red\nblue\n", to: "data/classes.txt")
    return path("data")
  }

  /// A model with random weights that knows red and blue.
  func writeModel(_ name: String = "model.safetensors", classes names: [String] = ["red", "blue"]) throws -> String {
    var configuration = RunConfiguration()
    configuration.yolo.inputSize = ImageSize(width: 64, height: 64)
    configuration.yolo.backbone.widthMultiplier = 0.25
    configuration.yolo.pyramidChannels = 16
    configuration.yolo.headConvolutions = 1
    configuration.yolo.anchorsPerLevel = 1
    configuration.yolo.anchors = [16, 24, 48].map { [AnchorSize(width: $0, height: $0)] }
    let classes = names.enumerated().map { ObjectClass(id: $0.offset, name: $0.element) }
    let detector = try ModelCatalog.trainable(
      &configuration, dataset: LabelledDataset(classes: classes, images: []))
    let path = path(name)
    try detector.writeModel(parameters: detector.parameters, to: path, metrics: ["AP": 0.5], trainingDataHash: "hash")
    return path
  }
}
