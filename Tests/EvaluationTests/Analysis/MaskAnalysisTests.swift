import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import Foundation
import ImageCodecs
import Testing

@Suite struct MaskAnalysisTests {
  private let size = ImageSize(width: 80, height: 50)

  /// The set with masks: the pixels of every box, or the upper half of every detection's.
  private func set(halvesDetections: Bool = false) -> EvaluationSet {
    func filled(_ box: CornerSizeBox, height: Double) -> COCOSegmentation {
      let (x, y) = (Int(box.x), Int(box.y))
      let columns = (x..<x + Int(box.width)).map { column in
        column * size.height + y..<column * size.height + y + Int(height)
      }
      return COCOSegmentation(RunLengthMask(width: size.width, height: size.height, inside: columns))
    }
    var set = AnalysedSet.set()
    set.masks = InstanceMasks(
      objects: set.groundTruth.map { filled($0.box, height: $0.box.height) },
      detections: set.detections.map { filled($0.box, height: halvesDetections ? $0.box.height / 2 : $0.box.height) },
      sizes: Dictionary(uniqueKeysWithValues: set.images.map { ($0.id, size) }))
    return set
  }

  private func analysis(_ set: EvaluationSet, _ iouType: IoUType, iouThreshold: Double = 0.5) -> EvaluationAnalysis {
    EvaluationAnalysis(
      set, result: EvaluationResult(set, protocol: EvaluationProtocol(.coco, iouType: iouType)),
      settings: AnalysisSettings(iouThreshold: iouThreshold, resamples: 50))
  }

  private func json(_ analysis: EvaluationAnalysis) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(analysis)
  }

  /// Detections lie on objects exactly or not at all, so that boundaries agree where masks do.
  @Test(arguments: [IoUType.segm, .boundary])
  func masksThatFillTheirBoxesGiveTheFiguresOfBoxes(iouType: IoUType) throws {
    let set = set()
    var masks = analysis(set, iouType)
    #expect(masks.maskIoUType == iouType)
    masks.maskIoUType = nil
    #expect(try json(masks) == json(analysis(set, .bbox)))
  }

  /// Half of an object is an IoU of 0.5: right by masks at 0.5 and wrong at 0.6, where boxes are right still.
  @Test func everyFigureIsOfMasks() throws {
    let set = set(halvesDetections: true)
    let (masks, boxes) = (analysis(set, .segm, iouThreshold: 0.6), analysis(set, .bbox, iouThreshold: 0.6))
    #expect(boxes.best?.truePositives == 2 && masks.best?.truePositives == 0)
    #expect(boxes.point.f1 == 0.5 && masks.point.f1 == 0)
    #expect(masks.confusion.counts[0][0] == 0 && boxes.confusion.counts[0][0] == 2)
    #expect(masks.errors.types["Loc"]?.count == 2 && boxes.errors.types["Loc"]?.count == 0)
    #expect(masks.calibration.bins.allSatisfy { ($0.precision ?? 0) == 0 })
    #expect(boxes.calibration.bins.contains { $0.precision == 1 })
    // AP50 is that of boxes still; from 0.55 on there is nothing.
    #expect(masks.summary.averagePrecision50 == boxes.summary.averagePrecision50)
    #expect(masks.intervals?.averagePrecision.value == masks.summary.averagePrecision)
    let average = try #require(boxes.summary.averagePrecision)
    #expect(abs(try #require(masks.summary.averagePrecision) - average / 10) < 1e-12)
    let half = analysis(set, .segm)
    #expect(half.best?.truePositives == 2 && half.confusion.counts == analysis(set, .bbox).confusion.counts)
    // Two pixels wide, the boundary of the half has 164 pixels, that of the whole 224, both 112: an IoU of 112 / 276.
    #expect(analysis(set, .boundary).best?.truePositives == 0)
  }

  @Test func theKindOfOverlapSurvivesJSONAndBoxesDoNotNameIt() throws {
    let set = set()
    let again = try JSONDecoder().decode(EvaluationAnalysis.self, from: json(analysis(set, .boundary)))
    #expect(again.maskIoUType == .boundary)
    let boxes = try #require(try JSONSerialization.jsonObject(with: json(analysis(set, .bbox))) as? [String: Any])
    #expect(boxes["iou_type"] == nil)
  }
}
