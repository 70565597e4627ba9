import Augmentation
import DetectionUtilities
import ImageCodecs
import Testing

struct ElasticDeformationTests {
  private let size = ImageSize(width: 201, height: 101)

  @Test func equalDisplacementsMoveTheWhole() {
    let deformation = ElasticDeformation(points: [SIMD2<Double>](repeating: [3, -2], count: 9), size: size)
    for row in 0..<size.height {
      for moved in deformation.displacements(ofRow: row) {
        #expect(abs(moved.x - 3) < 1e-12 && abs(moved.y + 2) < 1e-12)
      }
    }
  }

  /// The surface goes through the nine points, and has no steps and no kinks.
  @Test func theSurfaceGoesThroughItsPoints() {
    var generator = SeededGenerator(seed: 4)
    let points = (0..<9).map { _ in SIMD2(generator.uniform(-20, 20), generator.uniform(-20, 20)) }
    let deformation = ElasticDeformation(points: points, size: size)
    for (index, point) in points.enumerated() {
      let (row, column) = (index / 3 * 50, index % 3 * 100)
      let found = deformation.displacements(ofRow: row)[column]
      // The outer points are at the corners' edges, half a pixel from the middle of the outer pixels.
      let isOuter = index != 4
      #expect(abs(found.x - point.x) < (isOuter ? 1 : 1e-9) && abs(found.y - point.y) < (isOuter ? 1 : 1e-9))
    }
    let rows = (0..<size.height).map { deformation.displacements(ofRow: $0) }
    for row in 1..<size.height - 1 {
      for column in 1..<size.width - 1 {
        let bend = rows[row - 1][column] + rows[row + 1][column] - 2 * rows[row][column]
        #expect(abs(bend.x) < 0.3 && abs(bend.y) < 0.3)
        #expect(abs((rows[row][column + 1] - rows[row][column]).x) < 1.5)
      }
    }
  }

  @Test func displacementsAreNormallyDistributed() {
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for seed in 0..<300 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let deformation = ElasticDeformation(deviation: 10, size: size, using: &generator)
      // The point in the middle itself.
      let moved = deformation.displacements(ofRow: 50)[100]
      sum += moved.x + moved.y
      squares += moved.x * moved.x + moved.y * moved.y
      count += 2
    }
    #expect(abs(sum / count) < 1.5)
    #expect(abs((squares / count).squareRoot() - 10) < 1)
  }
}
