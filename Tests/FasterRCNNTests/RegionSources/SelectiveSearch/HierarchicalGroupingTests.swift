import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Testing

struct HierarchicalGroupingTests {
  private func grouped(
    _ image: RGBImage, scale: Double = 1, similarity: RegionSimilarity = [.color, .texture, .size, .fill]
  ) -> (first: Int, grouping: HierarchicalGrouping) {
    let segmentation = GraphSegmentation(of: image, scale: scale, minimumSize: 1, sigma: 0)
    let table = RegionTable(segmentation, bins: PixelBins(ColorPlanes(image)))
    let grouping = HierarchicalGrouping(table, neighbors: segmentation.neighbors, similarity: similarity)
    return (segmentation.count, grouping)
  }

  /// By size alone, of 1, 2, 3 and 4 pixels in a row the smallest two neighbours join first, then with the next.
  @Test func smallestNeighborsFirst() {
    let (first, grouping) = grouped(
      TestPictures.grey([[0, 60, 60, 120, 120, 120, 180, 180, 180, 180]]), similarity: [.size])
    #expect(first == 4)
    #expect(grouping.merges.map { [$0.first, $0.second] } == [[0, 1], [2, 4], [3, 5]])
    #expect(grouping.table.boxes.last == BoundingBox(x1: 0, y1: 0, x2: 10, y2: 1))
  }

  /// Equal pairs go in the order of their regions.
  @Test func tiesGoInOrder() {
    let (_, grouping) = grouped(TestPictures.grey([[0, 60, 120, 180]]), similarity: [])
    #expect(grouping.merges.map { [$0.first, $0.second] } == [[0, 1], [2, 3], [4, 5]])
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func endsInOneRegion(seed: UInt64) {
    let (first, grouping) = grouped(TestPictures.noise(ImageSize(width: 24, height: 18), seed: seed), scale: 100)
    #expect(first > 10)
    #expect(grouping.merges.count == first - 1)
    #expect(grouping.table.count == 2 * first - 1)
    #expect(grouping.table.sizes.last == 24 * 18)
    #expect(grouping.table.boxes.last == BoundingBox(x1: 0, y1: 0, x2: 24, y2: 18))
    // Every region but the last was merged exactly once, and after it was made.
    #expect(grouping.merges.flatMap { [$0.first, $0.second] }.sorted() == Array(0..<2 * first - 2))
    for (index, merge) in grouping.merges.enumerated() { #expect(max(merge.first, merge.second) < first + index) }
  }

  @Test func oneRegionNeedsNoMerge() {
    let (first, grouping) = grouped(RGBImage(size: ImageSize(width: 3, height: 3)))
    #expect(first == 1)
    #expect(grouping.merges.isEmpty)
    #expect(grouping.table.count == 1)
  }
}
