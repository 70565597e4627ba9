import ImageCodecs
import Testing

struct RGBImageAnnotationTests {
  static let gray = RGBColor(red: 50, green: 50, blue: 50)

  static func blank(_ width: Int, _ height: Int) -> RGBImage {
    RGBImage(size: ImageSize(width: width, height: height), color: (50, 50, 50))
  }

  static func color(_ image: RGBImage, _ x: Int, _ y: Int) -> RGBColor {
    let index = 3 * (y * image.width + x)
    return RGBColor(red: image.pixels[index], green: image.pixels[index + 1], blue: image.pixels[index + 2])
  }

  static func count(_ color: RGBColor, in image: RGBImage) -> Int {
    (0..<image.height).reduce(0) { sum, y in sum + (0..<image.width).count { Self.color(image, $0, y) == color } }
  }

  static func box(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, label: String = "", colorIndex: Int = 2
  ) -> AnnotatedBox {
    AnnotatedBox(x1: x1, y1: y1, x2: x2, y2: y2, label: label, colorIndex: colorIndex)
  }

  @Test func aBoxIsALineWithADarkRim() {
    let annotated = Self.blank(200, 100).annotated(with: [Self.box(20.2, 29.8, 59.6, 80)])
    // One pixel wide, around pixels 20 to 59 and 30 to 79.
    let color = RGBColor.ofClass(2)
    for (x, y) in [(40, 30), (40, 79), (20, 50), (59, 50)] { #expect(Self.color(annotated, x, y) == color) }
    for (x, y) in [(40, 29), (40, 31), (40, 80), (40, 78), (19, 50), (21, 50), (60, 50), (58, 50)] {
      #expect(Self.color(annotated, x, y).red < 50 && Self.color(annotated, x, y).red > 0)
    }
    for (x, y) in [(40, 50), (40, 26), (40, 34), (16, 50), (64, 50)] {
      #expect(Self.color(annotated, x, y) == Self.gray)
    }
    // The corner is rounded.
    #expect(Self.color(annotated, 20, 30).red < color.red / 2)
  }

  @Test func aMirroredBoxIsDrawnMirrored() {
    let one = Self.blank(300, 300).annotated(with: [Self.box(21, 37, 130, 240)])
    let mirrored = Self.blank(300, 300).annotated(with: [Self.box(170, 60, 279, 263)])
    let turned = Self.blank(300, 300).annotated(with: [Self.box(37, 21, 240, 130)])
    for y in 0..<300 {
      for x in 0..<300 where Self.color(one, x, y) != Self.gray {
        #expect(Self.color(mirrored, 299 - x, 299 - y) == Self.color(one, x, y))
        #expect(Self.color(turned, y, x) == Self.color(one, x, y))
      }
    }
    #expect(Self.count(Self.gray, in: one) == Self.count(Self.gray, in: mirrored))
  }

  @Test(arguments: [(200, 1), (640, 2), (1280, 3), (4000, 8), (6000, 11)])
  func linesGrowWithTheImage(side: Int, lineWidth: Int) {
    let strip = Self.blank(side, side / 4 * 3)
    let length = Double(side)
    let annotated = strip.annotated(with: [Self.box(0.25 * length, -10, 0.75 * length, length)])
    let row = (0..<side).count { Self.color(annotated, $0, side / 4) == .ofClass(2) }
    #expect(row == 2 * lineWidth)
  }

  @Test(arguments: [
    (-50.0, -50.0, 10.0, 10.0), (190.0, 90.0, 250.0, 150.0), (0.0, 0.0, 200.0, 100.0), (199.0, 0.0, 199.0, 0.0),
    (-1e300, -1e300, 1e300, 1e300),
  ])
  func tagsStayInTheImage(x1: Double, y1: Double, x2: Double, y2: Double) {
    /// The number of nearly white pixels.
    func letters(_ box: AnnotatedBox) -> Int {
      let annotated = Self.blank(200, 100).annotated(with: [box])
      return (0..<20_000).count { Self.color(annotated, $0 % 200, $0 / 200).green > 200 }
    }
    let inside = letters(Self.box(60, 40, 150, 90, label: "kite", colorIndex: 14))
    #expect(inside > 10)
    #expect(letters(Self.box(x1, y1, x2, y2, label: "kite", colorIndex: 14)) == inside)
  }

  @Test func labelsOfEqualBoxesDoNotHideEachOther() {
    let boxes = (0..<6).map { Self.box(50, 40, 120, 80, label: "cat 0.9", colorIndex: $0) }
    let together = Self.blank(200, 100).annotated(with: boxes)
    // A tag is more than 40 × 13 pixels, of which letters and corners take less than half.
    for index in 0..<6 { #expect(Self.count(.ofClass(index), in: together) > 260, "\(index)") }
  }

  @Test func aTagThatCouldNotBeReadIsLeftOut() {
    let boxes = (0..<9).map { Self.box(2, 2, 40, 28, label: "cat 0.9", colorIndex: $0) }
    let crowded = Self.blank(50, 32).annotated(with: boxes)
    // Room for two tags above each other; the rest keep only their boxes, all under the first.
    #expect(Self.count(.ofClass(0), in: crowded) > 260 && Self.count(.ofClass(1), in: crowded) > 200)
    for index in 2..<9 { #expect(Self.count(.ofClass(index), in: crowded) < 60, "\(index)") }
  }

  @Test func aTagSparesSmallObjects() {
    let large = Self.box(100, 100, 300, 250, label: "dog", colorIndex: 0)
    let small = Self.box(104, 80, 124, 97, colorIndex: 1)
    func center(_ boxes: [AnnotatedBox]) -> RGBColor {
      Self.color(Self.blank(400, 300).annotated(with: boxes), 106, 89)
    }
    #expect(center([large]) == .ofClass(0))
    #expect(center([large, small]) != .ofClass(0))
  }

  @Test func impossibleBoxesAreLeftOut() {
    let boxes = [
      (Double.nan, 1.0, 2.0, 3.0), (1, 1, .infinity, 3), (20, 20, 10, 30), (300, 10, 310, 20), (-20, 10, -10, 20),
    ].map { Self.box($0.0, $0.1, $0.2, $0.3, label: "no") }
    #expect(Self.blank(200, 100).annotated(with: boxes) == Self.blank(200, 100))
    #expect(Self.blank(200, 100).annotated(with: []) == Self.blank(200, 100))
  }

  @Test func tagsStandWithoutOutlines() {
    let (plain, tagged) = (Self.box(20, 40, 60, 80), Self.box(20, 40, 60, 80, label: "cat"))
    #expect(Self.blank(200, 100).annotated(with: [plain], drawsOutlines: false) == Self.blank(200, 100))
    let annotated = Self.blank(200, 100).annotated(with: [tagged], drawsOutlines: false)
    #expect(annotated != Self.blank(200, 100))
    #expect([(59, 60), (40, 79)].allSatisfy { Self.color(annotated, $0.0, $0.1) == Self.gray })
  }

  @Test(arguments: [(1, 1), (3, 40), (40, 3), (16, 16), (200, 100)])
  func tinyImagesAndLongLabels(width: Int, height: Int) {
    let label = String(repeating: "long ", count: 50)
    let box = Self.box(0, 0, Double(width), Double(height), label: label, colorIndex: -7)
    let annotated = Self.blank(width, height).annotated(with: [box])
    #expect(annotated.size == ImageSize(width: width, height: height))
    #expect(annotated != Self.blank(width, height))
  }
}
