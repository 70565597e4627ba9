import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import Foundation
import ImageCodecs
import Reports
import Testing

struct EvaluationReportTests {
  @Test func writesTheTwelveMetricsUnderTheirUsualNames() throws {
    let box = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10)
    let dataset = LabelledDataset(
      classes: [ObjectClass(id: 1, name: "cat"), ObjectClass(id: 2, name: "dog")],
      images: [
        LabelledImage(
          id: 1, path: "/a.png", size: ImageSize(width: 40, height: 30),
          objects: [LabelledObject(annotationID: 1, box: box, classIndex: 0)])
      ])
    let evaluation = DetectorEvaluation(
      dataset: dataset, detections: [1: [Detection(box: box, classIndex: 0, score: 0.5)]])
    let folder = try TemporaryFolder()
    let path = folder.path("report.json")
    try EvaluationReport(evaluation.result).write(to: path)
    let read = try JSONDecoder().decode(
      EvaluationReport.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(read.protocolName == "coco")
    #expect(read.images == 1)
    let one = ["AP", "AP50", "AP75", "APsmall", "AR1", "AR10", "AR100", "ARsmall"]
    let none = ["APmedium", "APlarge", "ARmedium", "ARlarge"]
    // A perfect precision is 1 − 2⁻⁵² with pycocotools, which guards a division with an epsilon.
    func rounded(_ value: Double) -> Double { (value * 1e12).rounded() / 1e12 }
    #expect(
      read.metrics.mapValues(rounded)
        == Dictionary(uniqueKeysWithValues: one.map { ($0, 1.0) } + none.map { ($0, -1.0) }))
    #expect(read.classes.map(\.name) == ["cat", "dog"])
    #expect(read.classes.map(\.boxes) == [1, 0])
    #expect(read.classes.map { $0.averagePrecision.map(rounded) } == [1, nil])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for key in ["protocol", "metrics", "classes", "images", "AP50", "boxes", "name"] {
      #expect(text.contains("\"\(key)\" :"), "\(key)")
    }
  }

  /// 150 objects and detections in one image, of which 100 count.
  private func crowded(_ rules: EvaluationProtocol.Rules) -> (set: EvaluationSet, result: EvaluationResult) {
    let boxes = (0..<150).map { CornerSizeBox(x: 20 * Double($0), y: 0, width: 10, height: 10) }
    let set = EvaluationSet(
      classes: [ObjectClass(id: 1, name: "cup")], images: [EvaluationSet.Image(id: 1, name: "a.jpg")],
      groundTruth: boxes.map { EvaluationGroundTruth(imageID: 1, classIndex: 0, box: $0) },
      detections: boxes.map { EvaluationDetection(imageID: 1, classIndex: 0, box: $0, score: 0.5) })
    return (set, EvaluationResult(set, protocol: EvaluationProtocol(rules)))
  }

  @Test(arguments: EvaluationProtocol.Rules.allCases) func namesItsProtocol(rules: EvaluationProtocol.Rules) {
    let (_, result) = crowded(rules)
    let report = EvaluationReport(result)
    #expect(report.protocolName == rules.rawValue)
    #expect(report.metrics[rules == .coco ? "AP" : "AP/cup"] == result.metrics[0].value)
  }

  @Test func whatIsBeyondTheMaximumIsSaid() {
    let (set, result) = crowded(.coco)
    let report = EvaluationReport(result)
    #expect(report.protocolLine == result.protocolLine && report.remarks?.beyondMaximum == 50)
    let analysis = EvaluationAnalysis(set, result: result, settings: AnalysisSettings(resamples: 0))
    let page = EvaluationPage(analysis, title: "", protocolLine: result.protocolLine).text
    #expect(page.contains("50 of 150 detections beyond the 100 best an image and class were not counted"))
  }
}
