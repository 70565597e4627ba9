import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Testing

struct SelectiveSearchTests {
  static let size = ImageSize(width: 320, height: 240)
  static let rectangles: [(box: BoundingBox, color: (red: UInt8, green: UInt8, blue: UInt8))] = [
    (BoundingBox(x1: 20, y1: 30, x2: 90, y2: 150), (200, 40, 40)),
    (BoundingBox(x1: 130, y1: 20, x2: 190, y2: 60), (40, 160, 60)),
    (BoundingBox(x1: 220, y1: 100, x2: 300, y2: 220), (50, 60, 190)),
    // One inside another.
    (BoundingBox(x1: 245, y1: 130, x2: 275, y2: 170), (230, 220, 60)),
    (BoundingBox(x1: 110, y1: 170, x2: 180, y2: 225), (120, 120, 130)),
  ]

  private var picture: RGBImage {
    TestPictures.rectangles(Self.rectangles, size: Self.size, background: (220, 215, 205))
  }

  @Test func findsEveryRectangle() {
    let boxes = SelectiveSearch().proposals(for: picture, count: 200, seed: 1)
    for (box, _) in Self.rectangles {
      #expect((boxes.map { $0.iou(with: box) }.max() ?? 0) >= 0.8)
    }
    #expect(boxes.contains(BoundingBox(x1: 0, y1: 0, x2: 320, y2: 240)))
    #expect(Set(boxes).count == boxes.count)
  }

  /// Four times the size is searched shrunk, and its boxes come back in its own pixels.
  @Test func boxesOfALargeImageAreInItsPixels() {
    let large = picture.resized(to: ImageSize(width: 1280, height: 960))
    let boxes = SelectiveSearch().proposals(for: large, count: 200, seed: 1)
    for (box, _) in Self.rectangles {
      #expect((boxes.map { $0.iou(with: box.scaled(x: 4, y: 4)) }.max() ?? 0) >= 0.8)
    }
  }

  /// A smaller count is the beginning of a larger one.
  @Test func countOnlyCutsOff() {
    let image = TestPictures.noise(ImageSize(width: 100, height: 80), seed: 6)
    let boxes = SelectiveSearch().proposals(for: image, count: 100, seed: 3)
    #expect(boxes.count == 100)
    #expect(SelectiveSearch().proposals(for: image, count: 10, seed: 3) == Array(boxes.prefix(10)))
  }

  /// Duplicates of eight strategies are one box: the image itself.
  @Test(arguments: [ImageSize(width: 1, height: 1), .init(width: 10000, height: 1), .init(width: 60, height: 40)])
  func uniformImageGivesItself(size: ImageSize) {
    let image = RGBImage(size: size, color: (30, 90, 200))
    let whole = BoundingBox(x1: 0, y1: 0, x2: Double(size.width), y2: Double(size.height))
    #expect(SelectiveSearch().proposals(for: image, count: 50, seed: 1) == [whole])
  }

  @Test func fastStrategies() {
    let strategies = SelectiveSearch.Strategy.fast
    #expect(Set(strategies).count == 8)
    #expect(Set(strategies.map(\.colorSpace)) == [.hsv, .lab])
    #expect(Set(strategies.map(\.scale)) == [50, 100])
    #expect(Set(strategies.map(\.similarity)) == [[.color, .texture, .size, .fill], [.texture, .size, .fill]])
  }

  @Test func noStrategiesNoBoxes() {
    var search = SelectiveSearch()
    search.strategies = []
    #expect(search.proposals(for: picture, count: 10, seed: 1).isEmpty)
  }
}
