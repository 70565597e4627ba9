import ImageCodecs
import Testing

struct RGBImageTintTests {
  /// Three columns of two rows; the first class colour is (47, 128, 237).
  private func tinted(_ runs: [Range<Int>], opacity: Double) -> [UInt8] {
    var image = RGBImage(size: ImageSize(width: 3, height: 2), color: (100, 100, 100))
    image.tint(pixelsDownColumns: runs, colorIndex: 0, opacity: opacity)
    return image.pixels
  }

  @Test func runsGoDownTheColumns() {
    // Pixel 1 is the lower one of the first column, 2 the upper one of the second.
    let pixels = tinted([1..<3], opacity: 1)
    let (old, new): ([UInt8], [UInt8]) = ([100, 100, 100], [47, 128, 237])
    #expect(pixels == old + new + old + new + old + old)
  }

  @Test func theOpacityIsTheColoursShare() {
    #expect(Array(tinted([0..<6], opacity: 0.5).prefix(3)) == [73, 114, 168])
    #expect(Array(tinted([0..<6], opacity: 0.25).prefix(3)) == [86, 107, 134])
    #expect(tinted([0..<6], opacity: 0) == tinted([], opacity: 1))
  }
}
