import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Testing

@Suite struct MaskPasterTests {
  private func rows(_ mask: RunLengthMask) -> [String] {
    let inside = Set(mask.inside.flatMap { $0 })
    return (0..<mask.height).map { y in
      String((0..<mask.width).map { inside.contains($0 * mask.height + y) ? "#" : "." })
    }
  }

  private func pasted(_ probabilities: [Float], size: Int, _ box: BoundingBox, width: Int, height: Int) -> [String] {
    probabilities.withUnsafeBufferPointer {
      rows(MaskPaster(size: size, image: ImageSize(width: width, height: height))($0, box: box))
    }
  }

  /// A mask of 2×2 cells on a box of 8×8: with its border it has 4×4 on 16 and a pixel more, so that a cell is 17/4 pixels; from the
  /// middle of the border's cell to that of the first it falls below 1/2 half-way.
  @Test func aMaskFillsItsBox() {
    let box = BoundingBox(x1: 4, y1: 4, x2: 12, y2: 12)
    let found = pasted([1, 1, 1, 1], size: 2, box, width: 20, height: 18)
    // What torchvision's paste_masks_in_image gives, above 1/2.
    let line = String(repeating: ".", count: 4) + String(repeating: "#", count: 9) + String(repeating: ".", count: 7)
    let empty = String(repeating: ".", count: 20)
    #expect(
      found == [String](repeating: empty, count: 4) + [String](repeating: line, count: 9)
        + [String](repeating: empty, count: 5))
  }

  @Test func halfAMaskIsHalfTheBox() {
    let found = pasted([1, 0, 1, 0], size: 2, BoundingBox(x1: 4, y1: 4, x2: 12, y2: 12), width: 20, height: 18)
    #expect(found[8].firstIndex(of: "#") == found[8].index(found[8].startIndex, offsetBy: 4))
    #expect(found[8].filter { $0 == "#" }.count == 4)
  }

  /// What lies beyond the image is cut off, also where all of it does.
  @Test func masksAreCutOffAtTheEdges() {
    let found = pasted([1, 1, 1, 1], size: 2, BoundingBox(x1: -6, y1: -6, x2: 4, y2: 4), width: 6, height: 5)
    #expect(found[0].hasPrefix("###"))
    #expect(found[4] == "......")
    #expect(
      !pasted([1, 1, 1, 1], size: 2, BoundingBox(x1: 40, y1: 40, x2: 44, y2: 44), width: 6, height: 5).contains {
        $0.contains("#")
      })
  }

  /// Exactly 1/2 is outside.
  @Test func oneHalfIsOutside() {
    let found = pasted([0.5, 0.5, 0.5, 0.5], size: 2, BoundingBox(x1: 1, y1: 1, x2: 5, y2: 5), width: 6, height: 6)
    #expect(!found.contains { $0.contains("#") })
  }
}
