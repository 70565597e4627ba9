import ComputeGraph
import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import ModelStorage
import Models
import Testing

/// Holds whole detectors against torchvision's, from the decoded image to boxes in its pixels.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["PEREGRINE_TORCHVISION_DETECTORS"] != nil,
    "needs PEREGRINE_TORCHVISION_DETECTORS, the folder that Tests/Parity/torchvision_detectors.py wrote"))
struct TorchvisionDetectorTests {
  private struct Record: Decodable {
    struct Image: Decodable {
      var file: String
      var padded: [Int]
      var resized: [Int]
      var boxes: [[Double]]
      var scores: [Double]
      var labels: [Int]
      /// Of Mask R-CNNs: run lengths down the columns of the pixels whose probability is above 1/2.
      var masks: [[Int]]?
    }

    var classes: Int
    var images: [Image]
  }

  private let folder: String

  /// Those of which the folder has a file; the script may have been asked for some of them only. The others are named.
  private static func architectures(with suffix: String) -> [TorchvisionArchitecture] {
    guard let folder = ProcessInfo.processInfo.environment["PEREGRINE_TORCHVISION_DETECTORS"] else { return [] }
    return TorchvisionArchitecture.allCases.filter { architecture in
      let name = architecture.rawValue + suffix
      if FileManager.default.fileExists(atPath: "\(folder)/\(name)") { return true }
      print("skipped: the fixtures have no \(name)")
      return false
    }
  }

  private static let withBoxes = architectures(with: ".json")
  private static let withInput = architectures(with: "-input.safetensors")

  init() throws {
    folder = try #require(ProcessInfo.processInfo.environment["PEREGRINE_TORCHVISION_DETECTORS"])
  }

  private func parameters(_ architecture: TorchvisionArchitecture) throws -> ParameterStore {
    let file = try SafeTensorsFile.read("\(folder)/\(architecture.rawValue).safetensors").tensors
    var parameters = ParameterStore()
    for name in file.names {
      if let ours = TorchvisionArchitecture.parameterName(name) { parameters[ours] = file[name] }
    }
    return parameters
  }

  @Test(.enabled(if: !withBoxes.isEmpty, "the fixtures have no boxes of any detector"), arguments: withBoxes)
  func boxesAgree(architecture: TorchvisionArchitecture) throws {
    let path = "\(folder)/\(architecture.rawValue).json"
    let record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let parameters = try parameters(architecture)
    let classCount = try #require(TorchvisionArchitecture.classCount(in: parameters))
    #expect(classCount == record.classes)
    let threshold = 0.05
    var options = TorchvisionArchitecture.detectionOptions
    // A score may lie on either side of the threshold.
    options.confidence = threshold - 1e-3
    let detector = try FasterRCNNDetector(
      architecture.configuration(), classes: (1...classCount).map { .init(name: "class \($0)", id: $0) },
      parameters: parameters, preprocessing: architecture.preprocessing,
      options: ModelOptions(detection: options))
    var agreement = Agreement()
    let clock = ContinuousClock()
    let start = clock.now
    for image in record.images {
      let decoded = try DecodedImage(contentsOf: "\(folder)/\(image.file)").image
      let batch = ImageBatch([decoded], preprocessing: architecture.preprocessing)
      #expect([batch.inputSize.width, batch.inputSize.height] == image.padded, "\(image.file)")
      let resized = batch.inputs[0].transform.resizedSize
      #expect([resized.width, resized.height] == image.resized, "\(image.file)")
      let theirs = try image.boxes.indices.map { index in
        let box = image.boxes[index]
        return Detection(
          box: BoundingBox(x1: box[0], y1: box[1], x2: box[2], y2: box[3]), classIndex: image.labels[index],
          score: image.scores[index],
          mask: try image.masks.map {
            try RunLengthMask(width: decoded.width, height: decoded.height, counts: $0[index])
          })
      }
      let ours = try detector.detect([decoded])[0]
      agreement.compare(theirs, with: ours)
      agreement.compare(ours.filter { $0.score > threshold + 1e-3 }, with: theirs)
    }
    let seconds = start.duration(to: clock.now) / .seconds(1)
    print(
      "torchvision \(architecture.rawValue): \(agreement.matched) of \(agreement.count) boxes agree, "
        + "largest differences \(agreement.position) px and \(agreement.score); \(record.images.count) images in \(seconds) s"
        + (agreement.maskPixels > 0
          ? "; \(agreement.otherPixels) of \(agreement.maskPixels) pixels of masks differ" : ""))
    #expect(architecture.configuration().masks.isPredicted == (agreement.maskPixels > 0))
    #expect(Double(agreement.otherPixels) <= 0.001 * Double(agreement.maskPixels))
    #expect(agreement.count > 20 * record.images.count)
    #expect(Double(agreement.matched) >= 0.999 * Double(agreement.count))
  }

  @Test(.enabled(if: !withInput.isEmpty, "the fixtures have no input of any detector"), arguments: withInput)
  func inputsAgree(architecture: TorchvisionArchitecture) throws {
    let path = "\(folder)/\(architecture.rawValue)-input.safetensors"
    let expected = try #require(SafeTensorsFile.read(path).tensors["input"])
    let image = try DecodedImage(contentsOf: "\(folder)/images/03.png").image
    let batch = ImageBatch([image], preprocessing: architecture.preprocessing)
    #expect(batch.shape == expected.shape)
    var found = [Float](repeating: .nan, count: batch.shape.elementCount)
    found.withUnsafeMutableBufferPointer { batch.write(to: $0) }
    let difference = largestDifference(found.map(Double.init), expected.values.map(Double.init))
    print("torchvision \(architecture.rawValue) input: largest difference \(difference)")
    // Enlarged 47 times, positions round to 2e-6 of a pixel, and neighbours differ by up to 4.
    #expect(difference < 1e-5)
  }
}

/// How many boxes have a counterpart of the same class within 0.05 pixels and 0.001 in score.
private struct Agreement {
  var count = 0
  var matched = 0
  /// Among those that agree.
  var position = 0.0
  var score = 0.0
  /// Pixels in one of two masks or both, and those in one alone.
  var maskPixels = 0
  var otherPixels = 0

  mutating func compare(_ detections: [Detection], with others: [Detection]) {
    var free = others
    for detection in detections {
      count += 1
      let best = free.indices.filter { free[$0].classIndex == detection.classIndex }
        .map { (index: $0, distance: largestDifference(free[$0].box.corners, detection.box.corners)) }
        .filter { abs(free[$0.index].score - detection.score) <= 1e-3 && $0.distance <= 0.05 }
        .min { $0.distance < $1.distance }
      guard let best else { continue }
      matched += 1
      position = max(position, best.distance)
      score = max(score, abs(free[best.index].score - detection.score))
      if let mask = detection.mask, let other = free[best.index].mask {
        let shared = mask.intersectionArea(with: other)
        maskPixels += mask.area + other.area - shared
        otherPixels += mask.area + other.area - 2 * shared
      }
      free.remove(at: best.index)
    }
  }
}
