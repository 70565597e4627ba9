import DetectionUtilities
import ImageCodecs
import Tensors
import Testing
import YOLO

@Suite struct CellHeadConfigurationTests {
  /// 2×2 cells of two classes with one box each, for an input of 40×20 pixels.
  private func head(roots: Bool, logits: Bool = false) -> CellHeadConfiguration {
    CellHeadConfiguration(
      side: 2, boxCount: 1, classCount: 2, sizesAreRoots: roots, classesAreLogits: logits,
      inputSize: ImageSize(width: 40, height: 20))
  }

  /// Probabilities of the cells, confidences, boxes; only the last cell, row 1, column 1, has a confidence.
  private func output(classes: [Float] = [0.25, 0.5], confidence: Float = 0.5) -> Tensor {
    Tensor(
      shape: [1, 28, 1, 1],
      values: [0, 0, 0, 0, 0, 0] + classes + [0, 0, 0, confidence] + [Float](repeating: 0.1, count: 12)
        + [0.5, 0.25, 0.5, 0.4])
  }

  // Centre ((0.5 + 1)/2·40, (0.25 + 1)/2·20) = (30, 12.5).
  @Test(arguments: [
    (true, BoundingBox(x1: 25, y1: 10.9, x2: 35, y2: 14.1)), (false, BoundingBox(x1: 20, y1: 8.5, x2: 40, y2: 16.5)),
  ])
  func decodesOneCell(_ roots: Bool, _ box: BoundingBox) {
    let found = head(roots: roots).candidates(output(), scoreThreshold: 0.1)[0]
    #expect(found.map(\.classIndex) == [0, 1] && found.map(\.score) == [0.125, 0.25])
    #expect(found.allSatisfy { abs($0.box.x1 - box.x1) < 1e-5 && abs($0.box.y1 - box.y1) < 1e-5 })
    #expect(found.allSatisfy { abs($0.box.x2 - box.x2) < 1e-5 && abs($0.box.y2 - box.y2) < 1e-5 })
    #expect(head(roots: roots).candidates(output(), scoreThreshold: 0.2)[0].map(\.classIndex) == [1])
  }

  // e^(ln 3) / (e^(ln 3) + e^0) = 3/4.
  @Test func classesAsLogits() {
    let found = head(roots: true, logits: true).candidates(output(classes: [1.0986123, 0]), scoreThreshold: 0.3)[0]
    #expect(found.count == 1 && abs(found[0].score - 0.375) < 1e-6)
  }

  @Test func leavesOutWhatIsNoNumber() {
    #expect(head(roots: true).candidates(output(confidence: .nan), scoreThreshold: 0)[0].isEmpty)
    #expect(head(roots: true).candidates(output(classes: [-1, .infinity]), scoreThreshold: 0)[0].isEmpty)
  }
}
