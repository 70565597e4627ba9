import Augmentation
import ImageCodecs
import Testing

struct AffineMapTests {
  private func isNear(_ a: (x: Double, y: Double), _ b: (Double, Double)) -> Bool {
    abs(a.x - b.0) < 1e-12 && abs(a.y - b.1) < 1e-12
  }

  /// A quarter turn clockwise about (2, 1): what is above the middle comes to its right.
  @Test func aQuarterTurn() {
    let map = AffineMap(center: (2, 1), degrees: 90)
    #expect(isNear(map(x: 3, y: 1), (2, 0)) && isNear(map(x: 2, y: 1), (2, 1)))
    #expect(isNear(map.inverse(x: 2, y: 0), (3, 1)))
  }

  /// Rows below the middle are seen moved to the left by half their distance: they come from places further right.
  @Test func shearAndShiftByHand() {
    let map = AffineMap(center: (0, 0), shear: 0.5)
    #expect(isNear(map(x: 0, y: 2), (1, 2)) && isNear(map.inverse(x: 1, y: 2), (0, 2)))
    let shifted = AffineMap(center: (5, 5), scale: 2, shift: (1, 0))
    // The middle is seen one pixel to the right.
    #expect(isNear(shifted.inverse(x: 5, y: 5), (6, 5)) && isNear(shifted.inverse(x: 6, y: 5), (8, 5)))
  }

  @Test func theInverseLeadsBackAndMapsFollowEachOther() {
    let first = AffineMap(center: (3, 7), degrees: 33, shear: 0.2, scale: 1.3, mirrorsX: true, shift: (4, -2))
    let second = AffineMap(center: (1, 1), degrees: -70, scale: 0.4)
    let both = first.followed(by: second)
    for (x, y) in [(0.0, 0.0), (10, 3), (-5, 8.5)] {
      let there = first(x: x, y: y)
      #expect(isNear(first.inverse(x: there.x, y: there.y), (x, y)))
      let twice = second(x: there.x, y: there.y)
      #expect(isNear(both(x: x, y: y), (twice.x, twice.y)))
    }
  }

  /// A map of 3×2 labels turned by a quarter, mirrored, and moved by one column.
  @Test func labelMapsFollowWithoutNewLabels() {
    let labels = ["a", "b", "c", "d", "e", "f"]
    let source = ImageSize(width: 3, height: 2)
    // The middle of the result, 2×3, is that of the source.
    let turn = AffineMap(center: (1, 1.5), degrees: 90)
    var toSource = turn
    (toSource.x0, toSource.y0) = (toSource.x0 + 0.5, toSource.y0 - 0.5)
    let turned = toSource.warped(
      labels: labels, of: source, to: ImageSize(width: 2, height: 3), fill: .constant, outside: "-")
    #expect(turned == ["d", "a", "e", "b", "f", "c"])
    let mirrored = AffineMap(center: (1.5, 1), mirrorsX: true)
      .warped(labels: labels, of: source, to: source, fill: .constant, outside: "-")
    #expect(mirrored == ["c", "b", "a", "f", "e", "d"])
    let moved = AffineMap(center: (0, 0), shift: (2, 0))
    #expect(
      FillMode.allCases.map { moved.warped(labels: labels, of: source, to: source, fill: $0, outside: "-") }
        == [
          ["a", "a", "a", "d", "d", "d"], ["-", "-", "a", "-", "-", "d"], ["b", "a", "a", "e", "d", "d"],
        ])
  }
}
