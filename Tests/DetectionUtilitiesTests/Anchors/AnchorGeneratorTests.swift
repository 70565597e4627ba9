import DetectionUtilities
import Testing

@Suite struct AnchorGeneratorTests {
  private let level = AnchorGenerator.Level(sizes: [32], aspectRatios: [0.5, 1, 2])

  /// What torchvision's AnchorGenerator computes for these sizes.
  @Test func cellAnchorsAreTorchvisions() {
    #expect(
      AnchorGenerator(levels: [level]).cellAnchors(level: 0) == [
        BoundingBox(x1: -23, y1: -11, x2: 23, y2: 11), BoundingBox(x1: -16, y1: -16, x2: 16, y2: 16),
        BoundingBox(x1: -11, y1: -23, x2: 11, y2: 23),
      ])
  }

  @Test func unroundedAnchorsKeepTheirArea() {
    for anchor in AnchorGenerator(levels: [level], roundsToPixels: false).cellAnchors(level: 0) {
      #expect(abs(anchor.area - 1024) < 1e-9)
    }
  }

  @Test func rowsThenColumnsThenAnchors() {
    let generator = AnchorGenerator(levels: [level, .init(sizes: [4, 8], aspectRatios: [1])])
    let anchors = generator.anchors(level: 1, rows: 2, columns: 3, stride: (x: 8, y: 16))
    #expect(anchors.count == 12)
    #expect(anchors[1] == BoundingBox(x1: -4, y1: -4, x2: 4, y2: 4))
    #expect(anchors[2] == BoundingBox(x1: 6, y1: -2, x2: 10, y2: 2))
    #expect(anchors[11] == BoundingBox(x1: 12, y1: 12, x2: 20, y2: 20))
    #expect(generator.anchors(level: 0, rows: 0, columns: 5, stride: (x: 8, y: 8)).isEmpty)
  }
}
