import DetectionUtilities
import Testing

@Suite struct AnchorMatcherTests {
  private static let matrix = IoUMatrix(
    rowCount: 2, columnCount: 4,
    values: [
      0.9, 0.2, 0.5, 0.1,
      0.1, 0.6, 0.5, 0.0,
    ])

  @Test func thresholdsDecide() {
    let matcher = AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: false)
    #expect(
      matcher.match(Self.matrix) == [.matched(groundTruth: 0), .ignored, .ignored, .background])
  }

  @Test func thresholdsThemselvesBelongAbove() {
    let matcher = AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: false)
    let matrix = IoUMatrix(rowCount: 1, columnCount: 2, values: [0.3, 0.7])
    #expect(matcher.match(matrix) == [.ignored, .matched(groundTruth: 0)])
  }

  @Test func lowerIndexWinsTies() {
    let matcher = AnchorMatcher(lowThreshold: 0.5, highThreshold: 0.5, allowsLowQualityMatches: false)
    #expect(matcher.match(Self.matrix)[2] == .matched(groundTruth: 0))
  }

  @Test func everyObjectKeepsItsBestAnchors() {
    let matcher = AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: true)
    #expect(matcher.match(Self.matrix)[1] == .matched(groundTruth: 1))
    // All of the best at a tie; the anchor still learns its own best object.
    let ties = IoUMatrix(rowCount: 2, columnCount: 3, values: [0.2, 0.2, 0.1, 0.0, 0.1, 0.0])
    #expect(
      matcher.match(ties) == [.matched(groundTruth: 0), .matched(groundTruth: 0), .background])
  }

  @Test func objectThatOverlapsNothingForcesNothing() {
    let matcher = AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: true)
    let point = BoundingBox(x1: 5, y1: 5, x2: 5, y2: 5)
    let boxes = [BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10), point]
    #expect(matcher.match(groundTruth: [point], boxes: boxes) == [.background, .background])
  }

  @Test func emptyLists() {
    let matcher = AnchorMatcher(lowThreshold: 0.3, highThreshold: 0.7, allowsLowQualityMatches: true)
    let box = BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1)
    #expect(matcher.match(groundTruth: [], boxes: [box, box]) == [.background, .background])
    #expect(matcher.match(groundTruth: [box], boxes: []).isEmpty)
  }

  @Test func matrixHoldsTheIoUs() {
    let a = BoundingBox(x1: 0, y1: 0, x2: 2, y2: 2)
    let b = BoundingBox(x1: 1, y1: 1, x2: 3, y2: 3)
    let matrix = IoUMatrix(groundTruth: [a, b], boxes: [b, a, a.translated(x: 9, y: 0)])
    #expect(matrix.values == [1 / 7.0, 1, 0, 1, 1 / 7.0, 0])
    #expect(matrix[1, 0] == 1)
  }
}
