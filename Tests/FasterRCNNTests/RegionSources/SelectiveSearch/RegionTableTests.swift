import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Testing

struct RegionTableTests {
  private func table(of image: RGBImage, scale: Double = 1) -> (GraphSegmentation, RegionTable) {
    let segmentation = GraphSegmentation(of: image, scale: scale, minimumSize: 1, sigma: 0)
    return (segmentation, RegionTable(segmentation, bins: PixelBins(ColorPlanes(image))))
  }

  /// Regions of 2, 4 and 2 pixels in a row of 8.
  @Test func sizesAndBoxes() {
    let (_, table) = table(of: TestPictures.grey([[0, 0, 100, 100, 100, 100, 200, 200]]))
    #expect(table.sizes == [2, 4, 2])
    #expect(
      table.boxes == [
        BoundingBox(x1: 0, y1: 0, x2: 2, y2: 1), BoundingBox(x1: 2, y1: 0, x2: 6, y2: 1),
        BoundingBox(x1: 6, y1: 0, x2: 8, y2: 1),
      ])
    #expect(table.sizeSimilarity(0, 1) == 1 - 6.0 / 8)
    #expect(table.sizeSimilarity(0, 2) == 1 - 4.0 / 8)
    // Side by side nothing is left over; around the outer two the box holds four pixels of neither.
    #expect(table.fillSimilarity(0, 1) == 1)
    #expect(table.fillSimilarity(0, 2) == 1 - 4.0 / 8)
  }

  /// A region of one colour has all its pixels in one bin of each channel: 25 bins of 10.24 each. Red 0 and 100 differ
  /// (bins 0 and 9); green and blue agree: two thirds in common.
  @Test func colorSimilarityByHand() {
    var image = RGBImage(size: ImageSize(width: 4, height: 2), color: (0, 50, 60))
    for pixel in [2, 3, 6, 7] { image.pixels[3 * pixel] = 100 }
    let (_, table) = table(of: image)
    #expect(table.sizes == [4, 4])
    #expect(abs(table.colorSimilarity(0, 1) - 2.0 / 3) < 1e-6)
    #expect(abs(table.colorSimilarity(0, 0) - 1) < 1e-6)
    let histogram = table.histogram(of: 1)
    #expect(histogram[9] == 4)
    #expect(histogram[25 + 4] == 4)
    #expect(histogram[50 + 5] == 4)
    #expect(histogram[..<75].reduce(0, +) == 12)
    #expect(histogram[75...].reduce(0, +) == 4 * 24)
  }

  /// Left flat, right a ramp that rises to the right with the steepest slope: of its eight orientations, those within
  /// 45° of the rise count in higher bins, the others and all of the flat part in bin 0.
  @Test func textureTellsARampFromAFlat() {
    let row = (0..<40).map { UInt8($0 < 20 ? 0 : ($0 - 20) * 12) }
    let image = TestPictures.grey([[UInt8]](repeating: row, count: 3))
    let bins = PixelBins(ColorPlanes(image))
    let orientationsOf = { (x: Int) -> [Int] in
      let start = (40 + x) * PixelBins.perPixel + 3
      return (0..<8).map { Int(bins.bins[start + $0]) - 75 - 10 * $0 }
    }
    #expect(orientationsOf(5) == [0, 0, 0, 0, 0, 0, 0, 0])
    // The slope is the steepest there is, √½ of it on the diagonals.
    #expect(orientationsOf(30).enumerated().allSatisfy { [0, 1, 7].contains($0) ? $1 >= 6 : $1 == 0 })
    #expect(orientationsOf(30)[0] == 9)
  }

  @Test func sumOfTheChosenMeasures() {
    let (_, table) = table(of: TestPictures.grey([[0, 0, 100, 100, 100, 100, 200, 200]]))
    #expect(table.similarity(0, 2, by: []) == 0)
    #expect(table.similarity(0, 2, by: [.size]) == 0.5)
    #expect(table.similarity(0, 2, by: [.size, .fill]) == 1)
    let all = table.similarity(0, 1, by: [.color, .texture, .size, .fill])
    #expect(all == table.colorSimilarity(0, 1) + table.textureSimilarity(0, 1) + 0.25 + 1)
  }

  /// Merging regions gives, bin by bin, what counting the pixels of their union gives.
  @Test func mergedHistogramIsThatOfTheUnion() {
    let image = TestPictures.noise(ImageSize(width: 16, height: 12), seed: 8)
    var (segmentation, table) = table(of: image, scale: 300)
    #expect(segmentation.count > 2)
    var merged = 0
    for region in 1..<segmentation.count { merged = table.merge(merged, region) }
    let whole = GraphSegmentation(of: image, scale: 1e9, minimumSize: 1, sigma: 0)
    #expect(whole.count == 1)
    let expected = RegionTable(whole, bins: PixelBins(ColorPlanes(image)))
    #expect(table.histogram(of: merged) == expected.histogram(of: 0))
    #expect(table.sizes[merged] == 16 * 12)
    #expect(table.boxes[merged] == expected.boxes[0])
    #expect(abs(table.textureSimilarity(merged, merged) - 1) < 1e-5)
  }
}
