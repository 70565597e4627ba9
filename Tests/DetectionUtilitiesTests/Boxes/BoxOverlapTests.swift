import DetectionUtilities
import Testing

@Suite struct BoxOverlapTests {
  private let a = BoundingBox(x1: 0, y1: 0, x2: 2, y2: 2)
  private let b = BoundingBox(x1: 1, y1: 1, x2: 3, y2: 3)

  @Test func diagonalNeighbours() {
    // Intersection 1, union 7, enclosing box 3 × 3, centres √2 apart.
    #expect(a.iou(with: b) == 1 / 7.0)
    #expect(abs(a.corners.generalizedIoU(with: b.corners) - (-5 / 63.0)) < 1e-15)
    #expect(abs(a.corners.distanceIoU(with: b.corners) - 2 / 63.0) < 1e-15)
    #expect(abs(a.corners.completeIoU(with: b.corners) - 2 / 63.0) < 1e-15)
  }

  @Test func aspectRatioIsPenalised() {
    // Intersection 4, union 12, centres √2 apart, enclosing box 4 × 4; atan 2 - atan 0.5 = 0.6435011087932844.
    let wide = BoundingBox(x1: 0, y1: 0, x2: 4, y2: 2)
    let tall = BoundingBox(x1: 0, y1: 0, x2: 2, y2: 4)
    let penalty = 4 / (Double.pi * Double.pi) * 0.6435011087932844 * 0.6435011087932844
    let expected = 1 / 3.0 - 2 / 32.0 - penalty * penalty / (2 / 3.0 + penalty)
    #expect(abs(tall.corners.completeIoU(with: wide.corners) - expected) < 1e-12)
  }

  @Test func farBoxes() {
    let far = BoundingBox(x1: 8, y1: 0, x2: 10, y2: 2)
    #expect(a.iou(with: far) == 0)
    #expect(abs(a.corners.generalizedIoU(with: far.corners) - (-0.6)) < 1e-15)
    #expect(abs(a.corners.distanceIoU(with: far.corners) - (-64 / 104.0)) < 1e-15)
  }

  @Test func sameBoxIsOne() {
    let pixel = BoundingBox(x1: 5, y1: 6, x2: 6, y2: 7)
    #expect(pixel.iou(with: pixel) == 1)
    #expect(pixel.corners.generalizedIoU(with: pixel.corners) == 1)
    #expect(pixel.corners.completeIoU(with: pixel.corners) == 1)
  }

  @Test func floatFormulasAgree() {
    let float = BoxCorners<Float>(constant: a).completeIoU(with: BoxCorners(constant: b))
    #expect(abs(Double(float) - 2 / 63.0) < 1e-6)
  }
}
