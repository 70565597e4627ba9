import ImageCodecs
import Testing

struct RGBImageDrawingTests {
  /// The picture as text: '#' where a pixel is white.
  static func art(_ image: RGBImage) -> [String] {
    (0..<image.height).map { y in
      String((0..<image.width).map { x in image.pixels[3 * (y * image.width + x)] == 255 ? "#" : "." })
    }
  }

  @Test func rectanglesAreClipped() {
    var image = RGBImage(size: ImageSize(width: 5, height: 4))
    image.fillRectangle(x: -3, y: 2, width: 5, height: 100, color: .white)
    #expect(Self.art(image) == [".....", ".....", "##...", "##..."])
    image.fillRectangle(x: 4, y: -1, width: Int.max, height: 2, color: .white)
    #expect(Self.art(image) == ["....#", ".....", "##...", "##..."])
    image.fillRectangle(x: 9, y: 9, width: 2, height: 2, color: .white)
    image.fillRectangle(x: 2, y: 1, width: -2, height: 1, color: .white)
    #expect(Self.art(image) == ["....#", ".....", "##...", "##..."])
  }

  @Test(arguments: [(0.0, 100), (0.25, 125), (0.5, 150), (1.0, 200)])
  func alphaBlends(alpha: Double, value: UInt8) {
    var image = RGBImage(size: ImageSize(width: 1, height: 1), color: (100, 100, 100))
    image.fillRectangle(
      x: 0, y: 0, width: 1, height: 1, color: RGBColor(red: 200, green: 200, blue: 200), alpha: alpha)
    #expect(image.pixels == [value, value, value])
  }
}
