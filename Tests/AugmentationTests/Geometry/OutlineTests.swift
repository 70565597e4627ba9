import Augmentation
import DetectionUtilities
import Testing

struct OutlineTests {
  private let square = Outline(BoundingBox(x1: 0, y1: 0, x2: 2, y2: 2))

  /// The square on its corner: as high and wide as its diagonal, 2√2.
  @Test func aTurnedBox() throws {
    let turned = square.mapped(by: AffineMap(center: (1, 1), degrees: 45).inverse)
    let half = 2.0.squareRoot()
    let box = try #require(turned.boundingBox)
    for (value, expected) in zip([box.x1, box.y1, box.x2, box.y2], [1 - half, 1 - half, 1 + half, 1 + half]) {
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(abs(turned.area - 4) < 1e-12)
    // The right half, a triangle.
    let right = turned.clipped(to: BoundingBox(x1: 1, y1: -9, x2: 9, y2: 9))
    #expect(abs(right.area - 2) < 1e-12 && right.points.count >= 3)
    #expect(abs(try #require(right.boundingBox).x1 - 1) < 1e-12)
  }

  @Test func partsAndNothing() {
    let part = square.clipped(to: BoundingBox(x1: 1, y1: -1, x2: 5, y2: 0.5))
    #expect(part.boundingBox == BoundingBox(x1: 1, y1: 0, x2: 2, y2: 0.5) && part.area == 0.5)
    let nothing = square.clipped(to: BoundingBox(x1: 3, y1: 3, x2: 4, y2: 4))
    #expect(nothing.points.isEmpty && nothing.boundingBox == nil && nothing.area == 0)
    #expect(square.clipped(to: BoundingBox(x1: -1, y1: -1, x2: 3, y2: 3)).area == 4)
  }

  /// An arrow head of area 3/2 loses its tip, of area 1/2.
  @Test func aPolygonThatIsNotConvex() {
    let arrow = Outline([(0, 0), (2, 1), (0, 2), (0.5, 1)].map { Outline.Point(x: $0.0, y: $0.1) })
    #expect(arrow.area == 1.5)
    #expect(abs(arrow.clipped(to: BoundingBox(x1: 0, y1: 0, x2: 1, y2: 2)).area - 1) < 1e-12)
  }
}
