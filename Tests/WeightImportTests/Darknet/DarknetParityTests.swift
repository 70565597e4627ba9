import ComputeGraph
import DetectionUtilities
import Foundation
import ModelStorage
import Models
import NetworkPlans
import Tensors
import Testing
import WeightImport
import YOLO

/// Raw heads against OpenCV's Darknet reader: on seeded networks that `Tests/Parity/darknet_opencv.py FOLDER` wrote, and on
/// the real weights of `shared/data/yolo-fastest`.
@Suite(.serialized) struct DarknetParityTests {
  static let folder = ProcessInfo.processInfo.environment["PEREGRINE_DARKNET"]
  static let networks = [
    "yolov2", "yolov2-tiny", "yolov3", "yolov3-tiny", "yolov3-spp", "yolov4", "yolov4-tiny", "pieces", "new-coords",
  ]
  /// Those of which the folder has a file; the script may have been asked for some of them only. The others are named.
  static let written = networks.filter { name in
    guard let folder else { return true }
    if FileManager.default.fileExists(atPath: "\(folder)/\(name).safetensors") { return true }
    print("skipped: the fixtures have no \(name)")
    return false
  }

  @Test(
    .enabled(if: folder != nil, "needs PEREGRINE_DARKNET, the folder that Tests/Parity/darknet_opencv.py wrote"),
    arguments: written)
  func rawHeadsOfOpenCV(_ name: String) throws {
    let folder = try #require(Self.folder)
    let (expected, _) = try SafeTensorsFile.read("\(folder)/\(name).safetensors")
    let network = try DarknetNetwork(DarknetConfigurationFile(contentsOf: "\(folder)/\(name).cfg"))
    let weights = try DarknetWeights(contentsOf: "\(folder)/\(name).weights", of: network)
    let input = try #require(expected["input"])
    let plan = try InferencePlan(network.graph, parameters: weights.parameters, inputShape: input.shape)
    let outputs = try plan.run(input)
    for (layer, output) in zip(network.outputLayers, outputs) {
      let reference = try #require(expected["conv_\(layer)"])
      #expect(output.shape == reference.shape)
      let difference = largestRelativeDifference(output, reference)
      print("OpenCV \(name), layer \(layer): largest difference \(difference) of the largest number")
      #expect(difference < 1e-3)
    }
    try expectBoxes(network, outputs, expected, name)
  }

  /// The boxes that OpenCV decodes: centre and size relative to the input, objectness, scores.
  private func expectBoxes(
    _ network: DarknetNetwork, _ outputs: [Tensor], _ expected: ParameterStore, _ name: String
  ) throws {
    for (level, layer) in network.outputLayers.enumerated() {
      let key = try #require(expected.names.first { $0.hasSuffix("o_\(layer + 1)") || $0.hasSuffix("n_\(layer + 1)") })
      let rows = try #require(expected[key])
      var head = try #require(network.grid)
      (head.anchors, head.strides, head.scaleXY) = ([head.anchors[level]], [head.strides[level]], [head.scaleXY[level]])
      let found = GridDecoder(head: head, scoreThreshold: 0)([outputs[level]])[0]
      let (columns, anchors) = (5 + head.classCount, head.anchors[0].count)
      let (width, height) = (Double(network.inputSize.width), Double(network.inputSize.height))
      let cells = outputs[level].shape[2] * outputs[level].shape[3]
      #expect(found.count == cells * anchors * head.classCount)
      var worst = (box: 0.0, score: 0.0)
      var compared = 0
      for (index, detection) in found.enumerated() {
        // Ours by anchor, cell and class; OpenCV's rows by cell and anchor.
        let (prediction, label) = index.quotientAndRemainder(dividingBy: head.classCount)
        let (anchor, cell) = prediction.quotientAndRemainder(dividingBy: cells)
        let row = (cell * anchors + anchor) * columns
        let box = detection.box
        for (ours, theirs) in [
          (box.centerX / width, rows[row]), (box.centerY / height, rows[row + 1]), (box.width / width, rows[row + 2]),
          (box.height / height, rows[row + 3]),
        ] {
          worst.box = max(worst.box, abs(ours - Double(theirs)) / max(1, abs(ours)))
        }
        // OpenCV's [region] sets suppressed scores to 0, whatever it is told.
        let score = Double(rows[row + 5 + label])
        if score == 0 && head.classProbability == .softmax { continue }
        worst.score = max(worst.score, abs(detection.score - score))
        compared += 1
      }
      #expect(compared > found.count / 2)
      print("OpenCV \(name), \(key): boxes \(worst.box) of the input's side, scores \(worst.score)")
      #expect(worst.box < 1e-3)
      #expect(worst.score < 1e-3)
    }
  }

  static let data =
    ProcessInfo.processInfo.environment["PEREGRINE_DATA"]
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../../shared/data").path

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: "\(data)/yolo-fastest"),
      "yolo-fastest is not here: set PEREGRINE_DATA to the folder shared/data"))
  func rawHeadsOfYOLOFastest() throws {
    let folder = "\(Self.data)/yolo-fastest/yolo-fastest-1.1"
    let file = try DarknetImport.modelFile(
      configuration: "\(folder).cfg", weights: "\(folder).weights", names: "\(Self.data)/yolo-fastest/coco.names")
    #expect(file.classes[3] == ModelFile.Label(name: "motorbike", id: 4))
    #expect(file.classes[79].id == 90)
    let input = try NumPyArray(contentsOf: "\(folder)_dog_input.npy")
    let detector = try YOLODetector(darknet: file, path: "model")
    let outputs = try detector.rawOutputs { buffer in _ = buffer.update(from: input.values) }
    for (output, layer) in zip(outputs, [129, 120]) {
      let reference = try NumPyArray(contentsOf: "\(folder)_dog_conv_\(layer).npy")
      #expect(reference.values.count == output.elementCount)
      let difference = zip(output.values, reference.values).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
      print("YOLO-Fastest, layer \(layer): largest difference \(difference)")
      #expect(difference < 1e-4)
    }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder).weights"))
    let (model, network) = try DarknetModel.read(file, path: "model")
    #expect(try DarknetWeights(header: model.header, parameters: file.parameters).bytes(of: network) == bytes)
  }

  private func largestRelativeDifference(_ found: Tensor, _ expected: Tensor) -> Double {
    let largest = expected.values.reduce(0) { max($0, abs($1)) }
    return Double(zip(found.values, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest)
  }
}

/// A little-endian f32 array in NumPy's format 1.0, row-major.
private struct NumPyArray {
  var values: [Float]

  init(contentsOf path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let header = Int(data[8]) | Int(data[9]) << 8
    let text = String(decoding: data[10..<10 + header], as: UTF8.self)
    try #require(data[6] == 1 && text.contains("'<f4'") && text.contains("'fortran_order': False"))
    values = data.dropFirst(10 + header).withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }
}
