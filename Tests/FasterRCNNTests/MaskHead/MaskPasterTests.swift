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

  /// What torchvision's `paste_masks_in_image` gives, above 1/2: corners are round, for the mask falls to 0 along both axes there.
  @Test func aMaskFillsItsBox() {
    let found = pasted([1, 1, 1, 1], size: 2, BoundingBox(x1: 4, y1: 4, x2: 12, y2: 12), width: 14, height: 14)
    #expect(
      found == [
        "..............", "..............", "..............", "..............", "......#####...", ".....#######..",
        "....#########.", "....#########.", "....#########.", "....#########.", "....#########.", ".....#######..",
        "......#####...", "..............",
      ])
  }

  @Test func anyMaskIsPastedAsTorchvisionDoes() {
    let half = pasted([1, 0, 1, 0], size: 2, BoundingBox(x1: 4, y1: 4, x2: 12, y2: 12), width: 9, height: 14)
    #expect(
      half == [
        ".........", ".........", ".........", ".........", "......#..", ".....###.", "....####.", "....####.",
        "....####.", "....####.", "....####.", ".....###.", "......#..", ".........",
      ])
    let box = BoundingBox(x1: 1.7, y1: 2.2, x2: 9.9, y2: 6.4)
    #expect(
      pasted([0.9, 0.2, 0.6, 0.8], size: 2, box, width: 12, height: 7) == [
        "............", "............", "....#.......", "...####.....", "...######...", "....######..", "............",
      ])
  }

  /// What lies beyond the image is cut off, also where all of it does.
  @Test func masksAreCutOffAtTheEdges() {
    let found = pasted([1, 1, 1, 1], size: 2, BoundingBox(x1: -6, y1: -6, x2: 4, y2: 4), width: 6, height: 5)
    #expect(found == ["#####.", "#####.", "#####.", "####..", "###..."])
    let beyond = pasted([1, 1, 1, 1], size: 2, BoundingBox(x1: 40, y1: 40, x2: 44, y2: 44), width: 6, height: 5)
    #expect(!beyond.contains { $0.contains("#") })
  }

  /// Exactly 1/2 is outside.
  @Test func oneHalfIsOutside() {
    let found = pasted([0.5, 0.5, 0.5, 0.5], size: 2, BoundingBox(x1: 1, y1: 1, x2: 5, y2: 5), width: 6, height: 6)
    #expect(!found.contains { $0.contains("#") })
  }
}
