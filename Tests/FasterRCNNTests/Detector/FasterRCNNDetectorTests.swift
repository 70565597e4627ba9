import ComputeGraph
import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Models
import Tensors
import Testing

struct FasterRCNNDetectorTests {
  private let options = DetectionOptions(confidence: 1e-4, iou: 0.6, maximumDetections: 20)
  private let small = Preprocessing(inputSize: ImageSize(width: 64, height: 64))
  private let windows: RegionSource.Proposals = { image in
    try ProposalProvider(.slidingWindows).proposals(for: image, count: 30, seed: 0)
  }

  private func detector(
    _ mode: TwoStageMode = .fasterRCNN, configuration: FasterRCNNConfiguration = .tiny(),
    parameters: ParameterStore? = nil, options: DetectionOptions? = nil
  ) throws -> FasterRCNNDetector {
    try FasterRCNNDetector(
      configuration, classes: TwoRectangles.classes, parameters: parameters ?? wildParameters(configuration),
      preprocessing: small, mode: mode, options: ModelOptions(detection: options ?? self.options))
  }

  private func modes() -> [TwoStageMode] { [.rCNN(windows), .fastRCNN(windows), .fasterRCNN] }

  private func expectInside(_ detections: [Detection], _ size: ImageSize) {
    for detection in detections {
      #expect(detection.box.isValid && detection.box.area > 0, "\(detection)")
      #expect(detection.box == detection.box.clipped(width: Double(size.width), height: Double(size.height)))
      #expect((0..<2).contains(detection.classIndex) && (options.confidence...1).contains(detection.score))
    }
    #expect(detections.map(\.score) == detections.map(\.score).sorted(by: >))
    #expect(detections.count <= options.maximumDetections)
  }

  @Test func knowsItsClasses() throws {
    let detector = try detector()
    #expect(detector.classNames == ["red", "blue"] && detector.classIDs == [5, 9])
    #expect(detector.inputSize == ImageSize(width: 64, height: 64))
  }

  @Test func noImagesHaveNoDetections() throws {
    for mode in modes() { #expect(try detector(mode).detect([]).isEmpty) }
  }

  @Test(arguments: [
    ImageSize(width: 1, height: 1), ImageSize(width: 5, height: 3), ImageSize(width: 10_000, height: 1),
    ImageSize(width: 1, height: 10_000), ImageSize(width: 100, height: 80), ImageSize(width: 64, height: 64),
  ])
  func boxesLieInTheImage(size: ImageSize) throws {
    let image = RGBImage(size: size, color: (128, 40, 128))
    for mode in modes() {
      let detections = try detector(mode).detect([image])
      #expect(detections.count == 1)
      expectInside(detections[0], size)
    }
  }

  @Test func allModesFindSomethingWithTheSameWeights() throws {
    for mode in modes() {
      let detector = try detector(mode)
      let (detections, times) = try detector.detect(SourceImage(TwoRectangles.image))
      expectInside(detections, TwoRectangles.image.size)
      #expect(!detections.isEmpty)
      #expect(times.regionCount == 30)
      #expect(times.head > 0 && times.trunk > 0)
      if case .fasterRCNN = mode {
        #expect(times.externalProposals == 0 && times.proposals > 0)
      } else {
        #expect(times.externalProposals > 0 && times.proposals == 0)
      }
    }
  }

  @Test func withoutProposalsThereAreNoDetections() throws {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.proposals.minimumSize = 1000
    let detector = try detector(configuration: configuration)
    let (detections, times) = try detector.detect(SourceImage(TwoRectangles.image))
    #expect(detections.isEmpty && times.regionCount == 0)
  }

  @Test func optionsAreKept() throws {
    func detections(_ options: DetectionOptions? = nil) throws -> [Detection] {
      try detector(options: options).detect([TwoRectangles.image])[0]
    }
    let all = try detections()
    let best = try detections(DetectionOptions(confidence: 1e-4, iou: 0.6, maximumDetections: 1))
    #expect(best == Array(all.prefix(1)) && all.count > 1)
    #expect(try detections(DetectionOptions(confidence: 1)).isEmpty)
  }

  @Test func aBatchOfTwoEqualsTwoCalls() throws {
    let images = [TwoRectangles.image, RGBImage(size: ImageSize(width: 90, height: 40), color: (10, 200, 60))]
    for mode in modes() {
      let together = try detector(mode).detect(images)
      let other = try detector(mode)
      let apart = try images.reversed().map { try other.detect([$0])[0] }
      #expect(apart == together.reversed())
      #expect(together.allSatisfy { !$0.isEmpty })
    }
  }

  @Test func regionsThatAreNoneAreLeftOut() throws {
    let good = BoundingBox(x1: 6, y1: 8, x2: 26, y2: 24)
    let image = TwoRectangles.image
    let bad = [
      BoundingBox(x1: 100, y1: 100, x2: 120, y2: 120), BoundingBox(x1: -9, y1: 5, x2: -2, y2: 20),
      BoundingBox(x1: .nan, y1: 5, x2: 9, y2: 20), BoundingBox(x1: 0, y1: 0, x2: .infinity, y2: 9),
      BoundingBox(x1: 20, y1: 5, x2: 9, y2: 20), BoundingBox(x1: 5, y1: 5, x2: 5, y2: 20),
    ]
    for make in [TwoStageMode.rCNN, TwoStageMode.fastRCNN] {
      func answer(_ boxes: [BoundingBox]) throws -> (detections: [Detection], count: Int) {
        let detector = try detector(make { _ in boxes })
        let (detections, times) = try detector.detect(SourceImage(image))
        return (detections, times.regionCount)
      }
      for boxes in [[], bad] {
        let none = try answer(boxes)
        #expect(none.detections.isEmpty && none.count == 0)
      }
      let alone = try answer([good])
      let among = try answer(bad + [good] + bad)
      #expect(among.detections == alone.detections && among.count == 1 && !alone.detections.isEmpty)
      // A region that reaches out of the image counts as far as it lies inside.
      let outside = try answer([BoundingBox(x1: -50, y1: 40, x2: 20, y2: 1e300)])
      let clipped = try answer([BoundingBox(x1: 0, y1: 40, x2: 20, y2: 64)])
      #expect(outside.detections == clipped.detections)
    }
  }

  @Test func anErrorOfTheSourceIsPassedOn() throws {
    struct Missing: Error {}
    for make in [TwoStageMode.rCNN, TwoStageMode.fastRCNN] {
      let detector = try detector(make { _ in throw Missing() })
      #expect(throws: Missing.self) { try detector.detect([TwoRectangles.image]) }
    }
  }

  /// The head takes 100 regions at a time, R-CNN 4.
  @Test(arguments: [1, 3, 99, 100, 101, 250]) func regionsDoNotDependOnTheirNeighbours(count: Int) throws {
    var generator = SeededGenerator(seed: 5)
    let boxes = (0..<count).map { _ in
      let (x, y) = (generator.uniform(0, 40), generator.uniform(0, 40))
      return BoundingBox(x1: x, y1: y, x2: x + generator.uniform(4, 24), y2: y + generator.uniform(4, 24))
    }
    let everything = DetectionOptions(confidence: 0, iou: 1, maximumDetections: 10_000)
    for make in [TwoStageMode.rCNN, TwoStageMode.fastRCNN] {
      var given: [BoundingBox] = []
      let detector = try detector(make { _ in given }, options: everything)
      func scores(_ boxes: [BoundingBox]) throws -> [Double] {
        given = boxes
        let (found, times) = try detector.detect(SourceImage(TwoRectangles.image))
        #expect(times.regionCount == boxes.count)
        return found.map(\.score)
      }
      let all = try scores(boxes)
      let parts = try (scores(Array(boxes.prefix(count / 3))) + scores(Array(boxes.dropFirst(count / 3))))
      #expect(all.count > count && all.count == parts.count)
      #expect(zip(all, parts.sorted(by: >)).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test(arguments: [Float.nan, .infinity]) func weightsThatAreNotNumbersGiveNoDetections(value: Float) throws {
    var parameters = wildParameters(.tiny())
    parameters.fill(value)
    for mode in modes() {
      #expect(try detector(mode, parameters: parameters).detect([TwoRectangles.image]) == [[]])
    }
  }

  @Test(arguments: ["rpn.head.bbox_pred.weight", "roi_heads.box_predictor.bbox_pred.bias"])
  func hugeWeightsGiveBoxesInTheImage(name: String) throws {
    var parameters = wildParameters(.tiny())
    parameters.update(name) { tensor in
      for index in 0..<tensor.elementCount { tensor[index] = index % 2 == 0 ? 1e37 : -1e37 }
    }
    let detections = try detector(parameters: parameters).detect([TwoRectangles.image])[0]
    expectInside(detections, TwoRectangles.image.size)
  }

  @Test func refusesParametersOfAnotherNetwork() {
    var changed = wildParameters(.tiny())
    changed["roi_heads.box_head.fc7.bias"] = Tensor(zeros: [3])
    #expect(throws: GraphError.self) { try detector(parameters: changed) }
    changed["roi_heads.box_head.fc7.bias"] = nil
    #expect(throws: GraphError.self) { try detector(parameters: changed) }
  }
}
