import DetectionUtilities
import ImageCodecs
import Models
import Testing

struct ImageViewTests {
  /// 100×50 is brought to 80×40, of which columns 24…55 and rows 4…35 are seen: 5/4 of them in the image.
  @Test func theMiddleOfAnImage() {
    let view = ImageView.middle(ofShorterSide: 40)
    let input = ImageSize(width: 32, height: 32)
    #expect(
      view.part(of: ImageSize(width: 100, height: 50), input: input)
        == BoundingBox(x1: 30, y1: 5, x2: 70, y2: 45))
    var image = RGBImage(size: ImageSize(width: 100, height: 50), color: (10, 10, 10))
    image.fillRectangle(x: 30, y: 5, width: 40, height: 40, color: .white)
    let seen = view(SourceImage(image, name: "folder/a.png"), input: input)
    #expect(seen.image.size == input && seen.name == "a.png")
    // White but for the edge, where neighbours shine in.
    #expect(seen.image.pixels[3 * (16 * 32 + 16)] == 255 && seen.image.pixels[3 * (2 * 32 + 2)] == 255)
  }

  @Test func theWholeImageStaysAsItIs() {
    let image = RGBImage(size: ImageSize(width: 9, height: 7), color: (1, 2, 3))
    let input = ImageSize(width: 4, height: 4)
    #expect(ImageView.whole(SourceImage(image), input: input).image == image)
    #expect(ImageView.whole.part(of: image.size, input: input) == BoundingBox(x1: 0, y1: 0, x2: 9, y2: 7))
  }
}
