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

  @Test func outlinesLieInside() {
    var image = RGBImage(size: ImageSize(width: 7, height: 6))
    image.strokeRectangle(x: 1, y: 1, width: 5, height: 4, lineWidth: 1, color: .white)
    #expect(Self.art(image) == [".......", ".#####.", ".#...#.", ".#...#.", ".#####.", "......."])
    image = RGBImage(size: ImageSize(width: 4, height: 3))
    image.strokeRectangle(x: 0, y: 0, width: 4, height: 3, lineWidth: 2, color: .white)
    #expect(Self.art(image) == ["####", "####", "####"])
  }

  @Test(arguments: [(0.0, 100), (0.25, 125), (0.5, 150), (1.0, 200)])
  func alphaBlends(alpha: Double, value: UInt8) {
    var image = RGBImage(size: ImageSize(width: 1, height: 1), color: (100, 100, 100))
    image.fillRectangle(
      x: 0, y: 0, width: 1, height: 1, color: RGBColor(red: 200, green: 200, blue: 200), alpha: alpha)
    #expect(image.pixels == [value, value, value])
  }

  @Test func lettersAreReadable() {
    var image = RGBImage(size: ImageSize(width: 11, height: 9))
    image.drawText("Ag", x: 0, y: 0, color: .white)
    #expect(
      Self.art(image) == [
        ".###.......",
        "#...#......",
        "#...#..####",
        "#####.#...#",
        "#...#.#...#",
        "#...#.#..##",
        "#...#..##.#",
        "..........#",
        ".......###.",
      ])
    #expect(BitmapFont.size(of: "Ag") == image.size)
  }

  @Test func scaledTextIsTheSameTextEnlarged() {
    var small = RGBImage(size: ImageSize(width: 12, height: 10))
    small.drawText("x7", x: 0, y: 0, color: .white)
    var large = RGBImage(size: ImageSize(width: 36, height: 30))
    large.drawText("x7", x: 0, y: 0, color: .white, scale: 3)
    let enlarged = Self.art(small).flatMap { row in
      [String](repeating: String(row.flatMap { [$0, $0, $0] }), count: 3)
    }
    #expect(Self.art(large) == enlarged)
  }

  @Test func everyCharacterHasItsOwnGlyph() {
    var seen: Set<[UInt8]> = []
    for code in UInt8(32)...126 {
      var image = RGBImage(size: ImageSize(width: 5, height: 9))
      image.drawText(String(UnicodeScalar(code)), x: 0, y: 0, color: .white)
      seen.insert(image.pixels)
    }
    #expect(seen.count == 95)
    // What the font lacks is one box, also where a character has several scalars.
    let boxes = ["é", "\u{65}\u{301}", "犬", "🇫🇷", "\n"].map { text in
      var image = RGBImage(size: ImageSize(width: 5, height: 9))
      image.drawText(text, x: 0, y: 0, color: .white)
      return image.pixels
    }
    #expect(Set(boxes).count == 1 && !seen.contains(boxes[0]))
  }

  @Test func textOutsideIsLeftOut() {
    var image = RGBImage(size: ImageSize(width: 5, height: 3))
    image.drawText("HHHHHHH", x: -6, y: -2, color: .white)
    #expect(Self.art(image) == ["#...#", "#####", "#...#"])
  }
}
