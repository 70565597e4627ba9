import ImageCodecs
import Testing

struct RGBImageAnnotationTests {
  static let blank = RGBImage(size: ImageSize(width: 200, height: 100), color: (50, 50, 50))

  static func count(_ color: RGBColor, in image: RGBImage) -> Int {
    stride(from: 0, to: image.pixels.count, by: 3).count {
      image.pixels[$0] == color.red && image.pixels[$0 + 1] == color.green && image.pixels[$0 + 2] == color.blue
    }
  }

  @Test func aBoxIsDrawnAtItsCorners() {
    let annotated = Self.blank.annotated(with: [
      AnnotatedBox(x1: 20.2, y1: 29.8, x2: 59.6, y2: 80, label: "", colorIndex: 2)
    ])
    // 40 × 50 pixels, one pixel wide: 2 × 40 + 2 × 48.
    let color = RGBColor.ofClass(2)
    #expect(Self.count(color, in: annotated) == 176)
    for (x, y) in [(20, 30), (59, 30), (20, 79), (59, 79)] {
      #expect(annotated.pixels[3 * (y * 200 + x)] == color.red)
    }
  }

  @Test func labelsOfEqualBoxesDoNotHideEachOther() {
    let box = AnnotatedBox(x1: 50, y1: 40, x2: 120, y2: 80, label: "cat 0.9", colorIndex: 0)
    func tagArea(_ count: Int) -> Int {
      let boxes = (0..<count).map { index in
        var copy = box
        copy.colorIndex = index
        return copy
      }
      let annotated = Self.blank.annotated(with: boxes)
      return (0..<count).map { index in
        let color = RGBColor.ofClass(index)
        return Self.count(color, in: annotated) + Self.count(color.contrasting, in: annotated) / count
      }.min() ?? 0
    }
    // A tag is 45 × 13 = 585 pixels; each of six keeps most of its ground.
    #expect(tagArea(1) >= 585)
    #expect(tagArea(6) >= 400)
  }

  @Test(arguments: [
    (-50.0, -50.0, 10.0, 10.0), (190.0, 90.0, 250.0, 150.0), (0.0, 0.0, 200.0, 100.0), (199.0, 0.0, 199.0, 0.0),
    (-1e300, -1e300, 1e300, 1e300),
  ])
  func tagsStayInTheImage(x1: Double, y1: Double, x2: Double, y2: Double) {
    let box = AnnotatedBox(x1: x1, y1: y1, x2: x2, y2: y2, label: "kite", colorIndex: 17)
    let annotated = Self.blank.annotated(with: [box])
    // The tag of 27 × 13 is whole; the text on it, in white, is 12 + 9 + 11 + 14 dots.
    #expect(Self.count(.white, in: annotated) == 46)
    #expect(Self.count(.ofClass(17), in: annotated) >= 27 * 13 - 46)
  }

  @Test func impossibleBoxesAreLeftOut() {
    let boxes = [
      (Double.nan, 1.0, 2.0, 3.0), (1, 1, .infinity, 3), (20, 20, 10, 30), (300, 10, 310, 20), (-20, 10, -10, 20),
    ].map { AnnotatedBox(x1: $0.0, y1: $0.1, x2: $0.2, y2: $0.3, label: "no", colorIndex: 0) }
    #expect(Self.blank.annotated(with: boxes) == Self.blank)
    #expect(Self.blank.annotated(with: []) == Self.blank)
  }

  @Test func tinyImagesAndLongLabels() {
    let tiny = RGBImage(size: ImageSize(width: 1, height: 1))
    let box = AnnotatedBox(
      x1: 0, y1: 0, x2: 1, y2: 1, label: String(repeating: "long ", count: 50), colorIndex: -7)
    #expect(tiny.annotated(with: [box]).size == tiny.size)
    #expect(Self.blank.annotated(with: [box]) != Self.blank)
  }

  @Test func twentyColorsAndAnyIndex() {
    #expect(Set((0..<20).map { RGBColor.ofClass($0) }).count == 20)
    #expect(RGBColor.ofClass(20) == .ofClass(0))
    #expect(RGBColor.ofClass(-1) == .ofClass(19))
    _ = RGBColor.ofClass(.min)
    #expect(RGBColor.white.contrasting == .black && RGBColor.black.contrasting == .white)
  }
}
