import DetectionUtilities
import Foundation
import Testing

struct OutlineCrossingTests {
  @Test("a bow tie crosses itself; a square, a triangle and what merely touches do not")
  func small() {
    #expect(OutlineCrossing(of: [0, 0, 10, 10, 10, 0, 0, 10]) == .edges(0, 2))
    #expect(OutlineCrossing(of: [0, 0, 10, 0, 10, 10, 0, 10]) == .none)
    #expect(OutlineCrossing(of: [0, 0, 10, 0, 5, 5]) == .none)
    // A way there and back, as between two joined squares.
    let squares = MaskOutline.joined([[0, 0, 4, 0, 4, 4, 0, 4], [8, 1, 12, 1, 12, 5, 8, 5]])
    #expect(OutlineCrossing(of: squares) == .none)
    // A corner that touches an edge.
    #expect(OutlineCrossing(of: [0, 0, 10, 0, 10, 10, 5, 0, 0, 10]) == .none)
    #expect(OutlineCrossing(of: [0, 0, 10, 0, 10, 10, 5, -0.1, 0, 10]) == .edges(0, 2))
  }

  @Test("no points, two, all in one place, and points far away")
  func degenerate() {
    #expect(OutlineCrossing(of: []) == .none)
    #expect(OutlineCrossing(of: [1, 1, 2, 2]) == .none)
    #expect(OutlineCrossing(of: [Double](repeating: 3, count: 40)) == .none)
    #expect(OutlineCrossing(of: [0, 0, 1e300, 0, .nan, 3, 4, 4]) == .untested)
  }

  @Test("among 100,000 points of a circle one that lies on the other side is found, in a second")
  func large() {
    var points = (0..<100_000).flatMap { index in
      let angle = 2 * Double.pi * Double(index) / 100_000
      return [5000 + 4000 * cos(angle), 5000 + 4000 * sin(angle)]
    }
    let clock = ContinuousClock()
    let time = clock.measure { #expect(OutlineCrossing(of: points) == .none) }
    #expect(time < .seconds(20), "\(time)")
    points[2 * 30_000] = 5000 + 4000
    points[2 * 30_000 + 1] = 5000 - 4100
    let found = OutlineCrossing(of: points)
    #expect(found != .none && found != .untested, "\(found)")
  }

  @Test("edges are compared with all others where there are few, and a comb of many long ones is given up")
  func comb() {
    func comb(teeth: Int) -> [Double] {
      (0..<teeth).flatMap { tooth in
        let (x, step) = (100 * Double(tooth) / Double(teeth), 50 / Double(teeth))
        return [x, 10, x, 70, x + step, 70, x + step, 10]
      }
    }
    #expect(OutlineCrossing(of: comb(teeth: 100)) == .none)
    #expect(OutlineCrossing(of: comb(teeth: 2000)) == .untested)
  }
}
