import ImageCodecs
import Testing

struct LabelMapTests {
  @Test func everyPixelIsTheOneThatItsMiddleFallsOn() {
    let map = LabelMap(size: ImageSize(width: 3, height: 2), indices: [0, 1, 2, 3, 4, 5])
    // Middles of 2 columns lie at 0.75 and 2.25 of 3.
    #expect(map.resized(to: ImageSize(width: 2, height: 2)).indices == [0, 2, 3, 5])
    #expect(map.resized(to: ImageSize(width: 6, height: 2)).indices == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    #expect(map.resized(to: ImageSize(width: 1, height: 1)).indices == [4])
    #expect(map.resized(to: map.size) == map)
    #expect(map[2, 1] == 5)
  }

  @Test func countsAreOfBytes() {
    let counts = LabelMap(size: ImageSize(width: 2, height: 2), indices: [7, 255, 7, 0]).counts
    #expect(counts.count == 256 && counts[7] == 2 && counts[255] == 1 && counts[0] == 1 && counts.reduce(0, +) == 4)
  }

  /// 4×2 in 8×8: 4 rows of the image, 2 of padding above and below.
  @Test func thePaddingOfALetterboxIsNoPartOfTheResult() {
    let source = ImageSize(width: 4, height: 2)
    let transform = ImageTransform(source: source, target: ImageSize(width: 8, height: 8), policy: .letterbox)
    var labels = LabelMap(size: transform.target, repeating: 9)
    for y in 2..<6 {
      for x in 0..<8 { labels[x, y] = UInt8(y < 4 ? x / 4 : 2 + x / 4) }
    }
    #expect(transform.mapBack(labels, to: source).indices == [0, 0, 1, 1, 2, 2, 3, 3])
    let large = transform.mapBack(labels, to: ImageSize(width: 16, height: 8))
    #expect(large[0, 0] == 0 && large[15, 3] == 1 && large[7, 4] == 2 && large[15, 7] == 3)
    #expect(!large.indices.contains(9))
  }

  @Test func coloursAreMixedButForIgnoredPixels() {
    let image = RGBImage(size: ImageSize(width: 2, height: 1), color: (100, 100, 100))
    let labels = LabelMap(size: image.size, indices: [0, 255])
    let shown = image.overlaid(with: labels, colors: [RGBColor(red: 200, green: 0, blue: 100)])
    #expect(shown.pixels == [150, 50, 100, 100, 100, 100])
    #expect(image.overlaid(with: labels, colors: [.white], opacity: 0).pixels == image.pixels)
  }
}
