import DetectionUtilities
import Testing

@Suite struct BoundingBoxTests {
  private let box = BoundingBox(x1: 10, y1: 20, x2: 40, y2: 60)

  @Test func movesAndScales() {
    #expect(box.translated(x: -10, y: 5) == BoundingBox(x1: 0, y1: 25, x2: 30, y2: 65))
    #expect(box.scaled(x: 0.5, y: 2) == BoundingBox(x1: 5, y1: 40, x2: 20, y2: 120))
    #expect(BoundingBox(centerX: 25, centerY: 40, width: 30, height: 40) == box)
  }

  @Test func clipsToTheImage() {
    #expect(box.clipped(width: 30, height: 100) == BoundingBox(x1: 10, y1: 20, x2: 30, y2: 60))
    let outside = BoundingBox(x1: -9, y1: -9, x2: -1, y2: -1).clipped(width: 30, height: 30)
    #expect(outside == BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0))
    #expect(outside.isValid)
  }

  @Test func intersects() {
    let other = BoundingBox(x1: 30, y1: 0, x2: 100, y2: 30)
    #expect(box.intersection(other) == BoundingBox(x1: 30, y1: 20, x2: 40, y2: 30))
    #expect(box.intersectionArea(other) == 100)
    #expect(box.union(other) == BoundingBox(x1: 10, y1: 0, x2: 100, y2: 60))
    #expect(box.intersection(box.translated(x: 30, y: 0))?.area == 0)
    #expect(box.intersection(box.translated(x: 31, y: 0)) == nil)
  }

  @Test(arguments: [
    (BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0), true), (BoundingBox(x1: 1, y1: 0, x2: 0, y2: 0), false),
    (BoundingBox(x1: 0, y1: 0, x2: .nan, y2: 0), false), (BoundingBox(x1: 0, y1: 0, x2: .infinity, y2: 0), false),
  ])
  func validity(box: BoundingBox, isValid: Bool) {
    #expect(box.isValid == isValid)
  }
}
