import ComputeGraph
import DetectionUtilities
import Foundation
import ImageCodecs
import Models
import Tensors
import Testing
import YOLO

struct YOLODetectorTests {
  private let detector: YOLODetector
  private let parameters: ParameterStore
  private let options = DetectionOptions(confidence: 0.001, iou: 0.6, maximumDetections: 20)

  /// Random weights, whose detections mean nothing but are many.
  init() throws {
    var generator = SeededGenerator(seed: 3)
    parameters = YOLONetwork(.tiny(), classCount: 2).graph.initialParameters(using: &generator)
    detector = try Self.detector(parameters, options)
  }

  private static func detector(_ parameters: ParameterStore, _ options: DetectionOptions) throws -> YOLODetector {
    try YOLODetector(
      .tiny(), classes: TwoRectangles.classes, parameters: parameters,
      preprocessing: Preprocessing(inputSize: YOLOConfiguration.tiny().inputSize),
      options: ModelOptions(detection: options))
  }

  @Test func knowsItsClasses() {
    #expect(detector.classNames == ["red", "blue"])
    #expect(detector.classIDs == [5, 9])
    #expect(detector.inputSize == ImageSize(width: 64, height: 64))
  }

  @Test func noImagesHaveNoDetections() throws {
    #expect(try detector.detect([]).isEmpty)
  }

  @Test(arguments: [
    ImageSize(width: 1, height: 1), ImageSize(width: 2000, height: 3), ImageSize(width: 2, height: 1500),
    ImageSize(width: 100, height: 80), ImageSize(width: 64, height: 64),
  ])
  func boxesLieInTheImage(size: ImageSize) throws {
    let detections = try detector.detect([RGBImage(size: size, color: (128, 128, 128))])
    #expect(detections.count == 1)
    #expect(detections[0].count <= options.maximumDetections)
    for detection in detections[0] {
      #expect(detection.box.isValid)
      #expect(detection.box == detection.box.clipped(width: Double(size.width), height: Double(size.height)))
      #expect((0..<2).contains(detection.classIndex))
      #expect((options.confidence...1).contains(detection.score))
    }
    #expect(detections[0].map(\.score) == detections[0].map(\.score).sorted(by: >))
  }

  @Test func aBatchOfTwoEqualsTwoCalls() throws {
    let other = RGBImage(size: ImageSize(width: 90, height: 40), color: (10, 200, 60))
    let together = try detector.detect([TwoRectangles.image, other])
    let apart = try [TwoRectangles.image, other].map { try detector.detect([$0])[0] }
    #expect(together == apart)
    #expect(together.allSatisfy { !$0.isEmpty })
  }

  @Test func optionsAreKept() throws {
    let all = try detector.detect([TwoRectangles.image])[0]
    let one = try Self.detector(parameters, DetectionOptions(confidence: 0.001, iou: 0.6, maximumDetections: 1))
    let best = try one.detect([TwoRectangles.image])[0]
    #expect(best == Array(all.prefix(1)))
    let strict = try Self.detector(parameters, DetectionOptions(confidence: 1))
    #expect(try strict.detect([TwoRectangles.image]) == [[]])
  }

  @Test func refusesParametersOfAnotherNetwork() {
    var changed = parameters
    changed["head.0.prediction.bias"] = Tensor(zeros: [3])
    #expect(throws: GraphError.self) {
      try YOLODetector(
        .tiny(), classes: TwoRectangles.classes, parameters: changed,
        preprocessing: Preprocessing(inputSize: ImageSize(width: 64, height: 64)))
    }
  }

  @Test(arguments: ["nonsense", "{}", "no anchors", "too few anchors", "a negative anchor", "an odd input size"])
  func refusesAConfigurationThatItCannotUse(kind: String) throws {
    var configuration = YOLOConfiguration.tiny()
    switch kind {
    case "no anchors": configuration.anchors = []
    case "too few anchors": configuration.anchors.removeLast()
    case "a negative anchor": configuration.anchors[1][0].width = -3
    case "an odd input size": configuration.inputSize.width = 50
    default: break
    }
    let isText = kind == "nonsense" || kind == "{}"
    let file = ModelFile(
      architecture: YOLODetector.architecture,
      configuration: isText ? Data(kind.utf8) : try JSONEncoder().encode(configuration),
      classes: TwoRectangles.classes, preprocessing: Preprocessing(inputSize: configuration.inputSize),
      provenance: ModelFile.Provenance(), parameters: parameters)
    let error = #expect(throws: ModelFileError.self) { try YOLODetector(file, path: "model.safetensors") }
    #expect(error?.description.contains("peregrine.configuration") == true)
  }

  @Test func refusesAnInputSizeThatIsNoMultipleOfTheStride() throws {
    let file = ModelFile(
      architecture: YOLODetector.architecture, configuration: try JSONEncoder().encode(YOLOConfiguration.tiny()),
      classes: TwoRectangles.classes, preprocessing: Preprocessing(inputSize: ImageSize(width: 50, height: 64)),
      provenance: ModelFile.Provenance(), parameters: parameters)
    let odd = try YOLODetector(file, path: "model.safetensors")
    #expect(throws: GraphError.self) { try odd.detect([TwoRectangles.image]) }
  }
}
