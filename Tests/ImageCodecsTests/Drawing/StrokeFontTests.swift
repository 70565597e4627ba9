import ImageCodecs
import Testing

struct StrokeFontTests {
  static let size = ImageSize(width: 160, height: 48)

  /// White text on black.
  static func picture(
    _ text: String, x: Double = 8, baseline: Double = 32, capHeight: Double = 16, size: ImageSize = size
  ) -> RGBImage {
    var image = RGBImage(size: size)
    image.drawText(text, x: x, baseline: baseline, capHeight: capHeight, color: .white)
    return image
  }

  static func value(_ image: RGBImage, _ x: Int, _ y: Int) -> Int { Int(image.pixels[3 * (y * image.width + x)]) }

  /// Rows and columns that hold more than a trace of ink.
  static func inked(_ image: RGBImage) -> (columns: [Int], rows: [Int]) {
    let columns = (0..<image.width).filter { x in (0..<image.height).contains { value(image, x, $0) > 96 } }
    let rows = (0..<image.height).filter { y in (0..<image.width).contains { value(image, $0, y) > 96 } }
    return (columns, rows)
  }

  @Test(arguments: [("H", 16...31), ("x", 20...31), ("p", 20...35), ("0", 16...31), ("_", 33...34)])
  func lettersStandOnTheBaseline(letter: String, rows: ClosedRange<Int>) {
    // Sixteen pixels for eight units: x is 6 units high with its pen, and p reaches 2 units down.
    #expect(Self.inked(Self.picture(letter)).rows == Array(rows))
  }

  @Test(arguments: ["H", "mug 0.97", "AVATAR", "jIl1|", "@"], [8.0, 16, 21.5])
  func widthIsThatOfTheInk(text: String, capHeight: Double) {
    let size = ImageSize(width: 400, height: 60)
    let columns = Self.inked(Self.picture(text, capHeight: capHeight, size: size)).columns
    let width = StrokeFont.width(of: text, capHeight: capHeight)
    #expect(abs(Double(columns[0]) - 8) <= 1)
    #expect(abs(Double(columns[columns.count - 1] + 1) - 8 - width) <= 1)
  }

  @Test func noTextHasNoWidth() {
    #expect(StrokeFont.width(of: "", capHeight: 20) == 0)
    #expect(Self.picture("") == RGBImage(size: Self.size) && Self.picture(" ") == RGBImage(size: Self.size))
  }

  @Test func slantingPairsStandCloser() {
    func gap(_ one: String, _ other: String) -> Double {
      StrokeFont.width(of: one + other, capHeight: 8) - StrokeFont.width(of: one, capHeight: 8)
        - StrokeFont.width(of: other, capHeight: 8)
    }
    #expect(gap("A", "V") < gap("A", "A") && gap("A", "A") < gap("H", "H"))
    #expect(gap("T", "o") < gap("T", "H"))
  }

  @Test func everyCharacterHasItsOwnGlyph() {
    let pictures = (UInt8(32)...126).map { Self.picture(String(UnicodeScalar($0))).pixels }
    #expect(Set(pictures).count == 95)
    // What the font lacks is one box, also where a character has several scalars.
    let boxes = ["é", "\u{65}\u{301}", "犬", "🇫🇷", "\n", "\u{7F}"].map { Self.picture($0).pixels }
    #expect(Set(boxes).count == 1 && !pictures.contains(boxes[0]))
  }

  @Test func edgesAreSmoothAtEverySize() {
    let small = Self.picture("Sgx@ 38")
    let large = Self.picture(
      "Sgx@ 38", x: 32, baseline: 128, capHeight: 64, size: ImageSize(width: 4 * 160, height: 4 * 48))
    // Each pixel of the small text is the mean of 4 × 4 of the large one, but for sharp corners between strokes.
    var differences: [Int] = []
    for y in 0..<48 {
      for x in 0..<160 {
        let sum = (0..<16).reduce(0) { $0 + Self.value(large, 4 * x + $1 % 4, 4 * y + $1 / 4) }
        if sum > 0 { differences.append(abs(sum / 16 - Self.value(small, x, y))) }
      }
    }
    #expect(differences.count > 300 && differences.reduce(0, +) < 8 * differences.count)
    let levels = Set(small.pixels)
    #expect(levels.count > 40 && levels.contains(255))
  }

  @Test func textOutsideIsLeftOut() {
    let whole = Self.picture("Wide open", x: 20, baseline: 30, size: ImageSize(width: 200, height: 60))
    let cut = Self.picture("Wide open", x: -20, baseline: 10, size: ImageSize(width: 30, height: 12))
    for y in 0..<12 {
      for x in 0..<30 { #expect(Self.value(cut, x, y) == Self.value(whole, x + 40, y + 20)) }
    }
    for (x, baseline) in [(1e12, 10.0), (-1e12, 10), (0, 1e12), (0, -1e12)] {
      #expect(Self.picture("far", x: x, baseline: baseline) == RGBImage(size: Self.size))
    }
  }
}
