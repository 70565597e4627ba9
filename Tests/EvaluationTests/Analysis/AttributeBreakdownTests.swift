import Datasets
import DetectionUtilities
import Evaluation
import ImageCodecs
import Testing

struct AttributeBreakdownTests {
  private func object(_ x: Double, visible: Double?) -> LabelledObject {
    var object = LabelledObject(
      annotationID: 0, box: BoundingBox(x1: x, y1: 0, x2: x + 10, y2: 10), classIndex: 0)
    if let visible { object.attributes = ["visible_fraction": visible] }
    return object
  }

  private func detection(_ x: Double, score: Double) -> Detection {
    Detection(box: BoundingBox(x1: x, y1: 0, x2: x + 10, y2: 10), classIndex: 0, score: score)
  }

  private func evaluation(_ objects: [LabelledObject], _ detections: [Detection]) -> DetectorEvaluation {
    let image = LabelledImage(id: 1, path: "a.jpg", size: ImageSize(width: 200, height: 20), objects: objects)
    return DetectorEvaluation(
      dataset: LabelledDataset(classes: [ObjectClass(id: 1, name: "cup")], images: [image]),
      detections: [1: detections])
  }

  /// Of two hidden objects one is found, behind a wrong detection; both free ones are found before.
  @Test func precisionIsNormalisedToAllObjects() throws {
    let result = evaluation(
      [object(0, visible: 1), object(20, visible: 1), object(40, visible: 0.2), object(60, visible: 0.2)],
      [detection(0, score: 0.9), detection(20, score: 0.85), detection(100, score: 0.8), detection(40, score: 0.7)])
    let breakdown = try #require(result.result.attributes.first)
    #expect(breakdown.attribute == "visible_fraction")
    #expect(breakdown.bins.map(\.objects) == [2, 0, 0, 0, 2])
    // Two of four objects count twice each: precision 2 / (2 + 1) up to a recall of a half, 51 of 101 points.
    let hidden = try #require(breakdown.bins.first)
    #expect(abs((hidden.averagePrecision50 ?? 0) - 51 * (2.0 / 3) / 101) < 1e-12)
    #expect(hidden.recall50 == 0.5)
    let free = try #require(breakdown.bins.last)
    #expect(abs((free.averagePrecision ?? 0) - 1) < 1e-12)
    #expect(breakdown.bins[1].averagePrecision == nil)
  }

  @Test func allObjectsInOneBinGiveTheOrdinaryNumbers() throws {
    let result = evaluation(
      [object(0, visible: 1), object(20, visible: 0.95), object(40, visible: 0.9)],
      [detection(0, score: 0.9), detection(100, score: 0.8), detection(42, score: 0.7)])
    let bin = try #require(result.result.attributes.first?.bins.last)
    #expect(bin.objects == 3)
    #expect(bin.averagePrecision == result.result["AP"])
    #expect(bin.averagePrecision50 == result.result["AP50"])
  }

  @Test func withoutPropertiesThereIsNoBreakdown() {
    #expect(evaluation([object(0, visible: nil)], []).result.attributes.isEmpty)
    #expect(evaluation([], []).result.attributes.isEmpty)
  }

  @Test func anUnknownPropertyIsCutIntoQuarters() throws {
    let objects = (0..<8).map { index in
      var object = object(Double(index) * 20, visible: nil)
      object.attributes = ["age": Double(index)]
      return object
    }
    let bins = try #require(evaluation(objects, []).result.attributes.first?.bins)
    #expect(bins.map(\.lower) == [0, 1, 3, 5])
    #expect(bins.map(\.objects) == [1, 2, 2, 3])
    #expect(bins.allSatisfy { $0.recall50 == 0 })
  }
}
