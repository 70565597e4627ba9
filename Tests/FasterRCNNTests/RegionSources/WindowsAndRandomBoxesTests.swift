import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Testing

struct WindowsAndRandomBoxesTests {
  @Test(arguments: [100, 500, 2000, 10000])
  func aboutTheWantedNumberOfWindows(count: Int) {
    let boxes = SlidingWindows().proposals(in: ImageSize(width: 640, height: 480), count: count)
    #expect(boxes.count <= count && boxes.count >= count * 85 / 100)
    #expect(Set(boxes).count == boxes.count)
    #expect(boxes.first == BoundingBox(x1: 0, y1: 0, x2: 640, y2: 480))
  }

  /// One scale and shape on 100×100 at a quarter of the area: 9 windows of 50×50 stand at 0, 25 and 50 each way.
  @Test func windowsByHand() {
    var windows = SlidingWindows()
    windows.scales = [0.5]
    windows.aspectRatios = [1]
    let boxes = windows.proposals(in: ImageSize(width: 100, height: 100), count: 10)
    let expected = [0.0, 25, 50].flatMap { y in
      [0.0, 25, 50].map { x in BoundingBox(x1: x, y1: y, x2: x + 50, y2: y + 50) }
    }
    #expect(boxes == [BoundingBox(x1: 0, y1: 0, x2: 100, y2: 100)] + expected)
  }

  /// Fewer wanted than there are shapes: the largest.
  @Test func fewWindows() {
    let boxes = SlidingWindows().proposals(in: ImageSize(width: 64, height: 64), count: 3)
    #expect(boxes.count == 3)
    #expect(boxes.first == BoundingBox(x1: 0, y1: 0, x2: 64, y2: 64))
  }

  /// Log-uniform: half of the widths lie below the geometric mean of the bounds, √(1/32) of the image's width.
  @Test func randomSizesAreLogUniform() {
    let size = ImageSize(width: 640, height: 320)
    let boxes = RandomBoxes().proposals(in: size, count: 4000, seed: 5)
    #expect(boxes.count == 4000)
    let narrow = boxes.filter { $0.width < 640 * (1.0 / 32).squareRoot() }.count
    #expect(abs(narrow - 2000) < 150)
    #expect(boxes.allSatisfy { $0.width >= 20 - 1e-9 && $0.height >= 10 - 1e-9 })
    // Places are uniform: as many to the left as to the right.
    let left = boxes.filter { $0.centerX < 320 }.count
    #expect(abs(left - 2000) < 150)
  }
}
