import DetectionUtilities
import Testing

@Suite struct KMeansAnchorsTests {
  @Test func findsTheGroups() throws {
    var random = LinearCongruentialGenerator(state: 5)
    let centers = [(10.0, 10.0), (100.0, 20.0), (60.0, 200.0)]
    let sizes = (0..<300).map { index in
      let (width, height) = centers[index % 3]
      return AnchorSize(width: width + random.fraction() - 0.5, height: height + random.fraction() - 0.5)
    }
    let fit = try KMeansAnchors(anchorCount: 3).fit(sizes: sizes, using: &random)
    for (anchor, center) in zip(fit.anchors, centers) {
      #expect(abs(anchor.width - center.0) < 0.2 && abs(anchor.height - center.1) < 0.2)
    }
    #expect(fit.meanIoU > 0.9 && fit.meanIoU <= 1)
  }

  @Test func sameSeedSameAnchors() throws {
    var random = LinearCongruentialGenerator(state: 8)
    let sizes = (0..<200).map { _ in AnchorSize(width: 1 + random.fraction() * 99, height: 1 + random.fraction() * 99) }
    var first = LinearCongruentialGenerator(state: 1)
    var second = LinearCongruentialGenerator(state: 1)
    let fit = try KMeansAnchors(anchorCount: 9).fit(sizes: sizes, using: &first)
    #expect(try fit == KMeansAnchors(anchorCount: 9).fit(sizes: sizes, using: &second))
    #expect(fit.anchors.count == 9)
    #expect(zip(fit.anchors, fit.anchors.dropFirst()).allSatisfy { $0.area <= $1.area })
  }

  @Test func fewerSizesThanAnchorsRepeat() throws {
    var random = LinearCongruentialGenerator(state: 8)
    let fit = try KMeansAnchors(anchorCount: 3).fit(
      sizes: [AnchorSize(width: 4, height: 4), AnchorSize(width: 0, height: 3)], using: &random)
    #expect(fit.anchors == [AnchorSize](repeating: AnchorSize(width: 4, height: 4), count: 3))
    #expect(fit.meanIoU == 1)
  }

  @Test func noUsableBoxIsAnError() {
    var random = LinearCongruentialGenerator(state: 8)
    #expect(throws: KMeansAnchors.NoUsableBoxes(offered: 1)) {
      try KMeansAnchors(anchorCount: 3).fit(sizes: [AnchorSize(width: 0, height: 3)], using: &random)
    }
  }
}
