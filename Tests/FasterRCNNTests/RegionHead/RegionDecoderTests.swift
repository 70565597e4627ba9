import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Models
import Testing

struct RegionDecoderTests {
  let decoder = RegionDecoder(
    classCount: 2, inputSize: ImageSize(width: 100, height: 80),
    options: DetectionOptions(confidence: 0.1, iou: 0.5, maximumDetections: 10))
  let region = BoundingBox(x1: 10, y1: 10, x2: 30, y2: 30)

  private func detections(_ regions: [BoundingBox], _ logits: [Float], _ deltas: [Float]? = nil) -> [Detection] {
    decoder(
      BoxHeadOutput(
        regions: regions, logits: logits, deltas: deltas ?? [Float](repeating: 0, count: regions.count * 12)))
  }

  @Test func everyClassAboveTheThresholdIsADetection() {
    // Softmax of log 1, log 2, log 1.
    let found = detections([region], [0, 0.6931472, 0])
    #expect(found.map(\.classIndex) == [0, 1])
    #expect(abs(found[0].score - 0.5) < 1e-6 && abs(found[1].score - 0.25) < 1e-6)
    #expect(found[0].box == region)
  }

  @Test func deltasAreThoseOfTheClassInTheirOwnUnits() {
    var deltas = [Float](repeating: 0, count: 12)
    // Class 0 is the second of four: dx of 1 is a tenth of the width.
    deltas[4] = 1
    let found = detections([region], [-9, 9, -9], deltas)
    #expect(found.count == 1)
    #expect(abs(found[0].box.x1 - 12) < 1e-6 && abs(found[0].box.x2 - 32) < 1e-6)
  }

  @Test func boxesAreClippedAndThoseOutsideAreDropped() {
    let found = detections(
      [BoundingBox(x1: 90, y1: 70, x2: 120, y2: 100), BoundingBox(x1: 200, y1: 10, x2: 220, y2: 30)],
      [-9, 9, -9, -9, 9, -9])
    #expect(found.map(\.box) == [BoundingBox(x1: 90, y1: 70, x2: 100, y2: 80)])
  }

  @Test func sameClassSuppressesAnotherDoesNot() {
    let found = detections([region, region.translated(x: 1, y: 0)], [-9, 9, -9, -9, 8, -9])
    #expect(found.count == 1)
    let others = detections([region, region.translated(x: 1, y: 0)], [-9, 9, -9, -9, -9, 9])
    #expect(others.count == 2)
  }

  @Test func numbersThatAreNotFiniteDropTheirRegion() {
    var deltas = [Float](repeating: 0, count: 24)
    deltas[4] = .nan
    #expect(detections([region, region], [-9, 9, -9, -9, .nan, -9], deltas).isEmpty)
  }
}
