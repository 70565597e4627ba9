import DetectionUtilities
import Evaluation
import EvaluationTesting
import Foundation
import Testing

@Suite struct EvaluationAnalysisTests {
  @Test func gathersWhatTheMeasuresSay() throws {
    let analysis = AnalysedSet.analysis()
    let coco = COCOEvaluator().evaluate(
      groundTruth: AnalysedSet.groundTruth, detections: AnalysedSet.detections, classCount: 2)
    #expect(analysis.summary == coco.summary)
    // Right, wrong, wrong, right, wrong: F1 is 2/5, 2/6, 2/7, 4/8, 4/9.
    #expect(analysis.point.confidence == 0.6)
    #expect(analysis.point.f1 == 0.5)
    #expect(analysis.best == analysis.point)
    #expect(analysis.points.count == 101)
    #expect(analysis.confusion.counts == [[2, 0, 0], [1, 0, 1], [0, 1, 0]])
    #expect(analysis.classes.map(\.objects) == [2, 2])
    #expect(analysis.classes[0].point.recall == 1)
    #expect(analysis.classes[1].point.precision == 0)
    #expect(analysis.errors.types["Cls"]?.count == 1)
    #expect(analysis.errors.types["Bkg"]?.count == 2)
    #expect(analysis.errors.types["Miss"]?.count == 1)
    #expect(analysis.calibration.bins.reduce(0) { $0 + $1.count } == 5)
    let interval = try #require(analysis.intervals).averagePrecision
    #expect(interval.value == analysis.summary.averagePrecision)
    #expect(interval.lower < interval.upper)
    #expect(analysis.worstImages.map(\.id) == [1, 2, 3])
    #expect(analysis.worstImages.map(\.falsePositives) == [1, 0, 1])
    #expect(analysis.worstImages.map(\.missed) == [1, 1, 0])
  }

  @Test func takesTheConfidenceGiven() {
    let analysis = AnalysedSet.analysis(resamples: 0, confidence: 0.65)
    #expect(analysis.point.confidence == 0.65)
    #expect(analysis.point.falsePositives == 2)
    #expect(analysis.confusion.confidence == 0.65)
    #expect(analysis.intervals == nil)
  }

  @Test func survivesJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(AnalysedSet.analysis())
    let again = try JSONDecoder().decode(EvaluationAnalysis.self, from: data)
    #expect(try encoder.encode(again) == data)
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let errors = try #require(root["errors"] as? [String: Any])
    #expect(Set(errors.keys) == ["AP", "FalsePos", "FalseNeg", "types", "foreground_iou", "background_iou"])
  }

  @Test func anEmptySetHasNoFigures() {
    let analysis = EvaluationAnalysis(groundTruth: [], detections: [], classNames: [], images: [])
    #expect(analysis.summary.averagePrecision == nil)
    #expect(analysis.best == nil)
    #expect(analysis.intervals == nil)
    #expect(analysis.worstImages.isEmpty)
  }
}
