import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Testing

struct RGBImageWarpingTests {
  private func red(_ image: RGBImage, _ x: Int, _ y: Int) -> UInt8 { image.pixels[3 * (y * image.width + x)] }

  private func rows(_ image: RGBImage) -> [[UInt8]] {
    (0..<image.height).map { y in (0..<image.width).map { red(image, $0, y) } }
  }

  @Test func twoPixelsBecomeFourByFour() {
    let image = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [0, 10, 20, 200, 110, 60])
    let warped = image.warped(BoundingBox(x1: 0, y1: 0, x2: 2, y2: 1), side: 4, context: 0)
    #expect(warped.size == ImageSize(width: 4, height: 4))
    // Centres of the columns lie at 0.25, 0.75, 1.25 and 1.75, those of the pixels at 0.5 and 1.5.
    #expect(rows(warped) == [[UInt8]](repeating: [0, 50, 150, 200], count: 4))
    #expect(warped.pixels.prefix(12) == [0, 10, 20, 50, 35, 30, 150, 85, 50, 200, 110, 60])
  }

  @Test func aFlatRegionStaysFlat() {
    let image = RGBImage(size: ImageSize(width: 40, height: 30), color: (30, 140, 250))
    let warped = image.warped(BoundingBox(x1: 10.3, y1: 8.7, x2: 25.9, y2: 13.1), side: 16, context: 2)
    #expect(warped == RGBImage(size: ImageSize(width: 16, height: 16), color: (30, 140, 250)))
  }

  @Test func theSurroundingsShowAndGreyLiesBeyondTheImage() {
    // One pixel in the left upper corner; its context on the right and below is the rest of the image.
    var image = RGBImage(size: ImageSize(width: 3, height: 3), color: (200, 200, 200))
    image.fillRectangle(x: 0, y: 0, width: 1, height: 1, color: RGBColor(red: 10, green: 10, blue: 10))
    let warped = image.warped(BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1), side: 3, context: 1)
    #expect(rows(warped) == [[114, 114, 114], [114, 10, 200], [114, 200, 200]])
  }

  @Test func aLargeRegionIsAveraged() {
    // Stripes one pixel wide: every fourth sample alone would see one of them.
    var image = RGBImage(size: ImageSize(width: 16, height: 16), color: (0, 0, 0))
    for x in stride(from: 0, to: 16, by: 2) {
      image.fillRectangle(x: x, y: 0, width: 1, height: 16, color: RGBColor(red: 200, green: 200, blue: 200))
    }
    let warped = image.warped(BoundingBox(x1: 0, y1: 0, x2: 16, y2: 16), side: 4, context: 0)
    #expect(rows(warped).joined().allSatisfy { abs(Int($0) - 100) <= 1 })
  }

  @Test func aRegionMayBeThinnerThanAPixelOrReachOutside() {
    let image = RGBImage(size: ImageSize(width: 8, height: 8), color: (70, 80, 90))
    let thin = image.warped(BoundingBox(x1: 3.4, y1: 0, x2: 3.4001, y2: 8), side: 8, context: 0)
    #expect(thin == RGBImage(size: ImageSize(width: 8, height: 8), color: (70, 80, 90)))
    let outside = image.warped(BoundingBox(x1: -8, y1: -8, x2: 0, y2: 0), side: 4, context: 0)
    #expect(outside == RGBImage(size: ImageSize(width: 4, height: 4), color: (114, 114, 114)))
  }
}
