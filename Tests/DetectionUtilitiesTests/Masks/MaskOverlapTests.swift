import DetectionUtilities
import Testing

struct MaskOverlapTests {
  /// A mask from rows of 0 and 1.
  private func mask(_ rows: String...) -> RunLengthMask {
    let pixels = rows.map(Array.init)
    let (width, height) = (pixels[0].count, pixels.count)
    return RunLengthMask(
      width: width, height: height,
      inside: (0..<width * height).filter { pixels[$0 % height][$0 / height] == "1" }.map { $0..<$0 + 1 })
  }

  @Test func iouByHand() {
    let found = mask("1100", "1100", "0000", "0000")
    let object = mask("0110", "0110", "0110", "0000")
    // 2 pixels in common, of 4 and 6.
    #expect(found.intersectionArea(with: object) == 2 && object.intersectionArea(with: found) == 2)
    #expect(found.iou(withGroundTruth: object) == 0.25)
    // A crowd's union is the detection alone.
    #expect(found.iou(withGroundTruth: object, isCrowd: true) == 0.5)
    #expect(found.iou(withGroundTruth: found) == 1)
    // Boxes that overlap, and no pixel in common.
    #expect(mask("1000", "0100", "0010", "0001").iou(withGroundTruth: mask("0001", "0010", "0100", "1000")) == 0)
    #expect(mask("1000", "0000").iou(withGroundTruth: mask("0000", "0001"), isCrowd: true) == 0)
  }

  @Test(arguments: [false, true])
  func masksWithoutPixelsOverlapNothing(isCrowd: Bool) {
    let (empty, full) = (mask("0000", "0000"), mask("1111", "1111"))
    #expect(empty.iou(withGroundTruth: empty, isCrowd: isCrowd) == 0)
    #expect(empty.iou(withGroundTruth: full, isCrowd: isCrowd) == 0)
    #expect(full.iou(withGroundTruth: empty, isCrowd: isCrowd) == 0)
  }

  @Test func combinations() {
    let (left, right) = (mask("1110", "1110", "0000"), mask("0111", "0000", "0110"))
    #expect(left.intersection(right) == mask("0110", "0000", "0000"))
    #expect(left.subtracting(right) == mask("1000", "1110", "0000"))
    #expect(right.subtracting(left) == mask("0001", "0000", "0110"))
    #expect(left.subtracting(left).area == 0)
    #expect(RunLengthMask.union([left, right], width: 4, height: 3) == mask("1111", "1110", "0110"))
  }

  /// A square of 3×3 pixels around each; beyond the image nothing is inside.
  @Test func erosionByHand() {
    let object = mask("111100", "111100", "111110", "011110", "000000")
    #expect(object.eroded(by: 1) == mask("000000", "011000", "001000", "000000", "000000"))
    #expect(object.eroded(by: 2).area == 0)
    #expect(object.eroded(by: 0) == object)
    // The diagonal of 6×5 pixels is 7.8: 2 % of it are 0.16, at least 1.
    #expect(object.boundaryWidth() == 1)
    #expect(object.boundary() == mask("111100", "100100", "110110", "011110", "000000"))
    // Of the whole image, the pixels along its edges.
    #expect(mask("111", "111", "111").boundary() == mask("111", "101", "111"))
    #expect(mask("111", "111").boundary() == mask("111", "111"))
    #expect(mask("000", "000").boundary().area == 0)
  }

  @Test func boundariesGrowWithTheImage() {
    // 0.02 · √(640² + 480²) = 16; 0.02 · 125 = 2.5, which is rounded to the even number.
    #expect(RunLengthMask(width: 640, height: 480, inside: []).boundaryWidth() == 16)
    #expect(RunLengthMask(width: 100, height: 75, inside: []).boundaryWidth() == 2)
  }

  /// Against plain loops over bitmaps.
  @Test func runsAgreeWithPixels() {
    var generator = SeededGenerator(seed: 3)
    for round in 0..<60 {
      let (width, height) = (Int.random(in: 1...24, using: &generator), Int.random(in: 1...24, using: &generator))
      // Mostly inside, so that an erosion leaves something.
      let bitmaps = (0..<2).map { _ in
        (0..<width * height).map { _ in Double.random(in: 0..<1, using: &generator) < (round % 2 == 0 ? 0.97 : 0.5) }
      }
      let masks = bitmaps.map { bitmap in
        RunLengthMask(width: width, height: height, inside: bitmap.indices.filter { bitmap[$0] }.map { $0..<$0 + 1 })
      }
      let both = bitmaps[0].indices.count { bitmaps[0][$0] && bitmaps[1][$0] }
      #expect(masks[0].intersectionArea(with: masks[1]) == both)
      #expect(masks[0].intersection(masks[1]).area == both)
      #expect(masks[0].subtracting(masks[1]).area == masks[0].area - both)
      for distance in 1...3 {
        let kept = (0..<width * height).filter { pixel in
          let (x, y) = (pixel / height, pixel % height)
          return (x - distance...x + distance).allSatisfy { column in
            (y - distance...y + distance).allSatisfy { row in
              0..<width ~= column && 0..<height ~= row && bitmaps[0][column * height + row]
            }
          }
        }
        #expect(masks[0].eroded(by: distance).inside.flatMap(Array.init) == kept)
      }
    }
  }
}
