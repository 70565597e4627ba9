import Datasets
import DetectionUtilities
import Evaluation
import Foundation
import ImageCodecs
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
}
