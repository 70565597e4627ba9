import DetectionUtilities
import Testing

struct RunLengthMaskRowsTests {
  @Test("run lengths along the rows: an L of three pixels in 3×2")
  func rows() throws {
    // #..
    // ##.
    let mask = try RunLengthMask(width: 3, height: 2, rowCounts: [0, 1, 2, 2, 1])
    #expect(mask.inside == [0..<2, 3..<4])
    #expect(try RunLengthMask(width: 3, height: 2, rowCounts: [6]).area == 0)
    #expect(try RunLengthMask(width: 3, height: 2, rowCounts: [0, 6]).inside == [0..<6])
  }

  @Test("noise along the rows is the mask that it is pixel by pixel", arguments: [0.1, 0.5, 0.95, 1])
  func noise(share: Double) throws {
    var generator = SeededGenerator(seed: 3)
    for (width, height) in [(1, 9), (9, 1), (7, 5), (5, 40)] {
      let pixels = (0..<width * height).map { _ in Double(generator.uniform(below: 1000)) < 1000 * share }
      var counts = [0]
      for (index, pixel) in pixels.enumerated() {
        if pixel != (index == 0 ? false : pixels[index - 1]) { counts.append(0) }
        counts[counts.count - 1] += 1
      }
      let mask = try RunLengthMask(width: width, height: height, rowCounts: counts)
      #expect(mask == RunLengthMask(width: width, height: height) { x, y in pixels[y * width + x] })
    }
  }

  @Test("lengths that are none of the image are refused, and those that a few numbers make millions of")
  func refused() {
    #expect(throws: MaskError.tooShort(5, expected: 6)) { try RunLengthMask(width: 3, height: 2, rowCounts: [5]) }
    #expect(throws: MaskError.tooLong(expected: 6)) { try RunLengthMask(width: 3, height: 2, rowCounts: [1, 6]) }
    #expect(throws: MaskError.negativeLength(-1)) { try RunLengthMask(width: 3, height: 2, rowCounts: [-1, 7]) }
    // Every other row of an image a million pixels wide.
    let stripes = [0] + [Int](repeating: 1_000_000, count: 40)
    #expect(throws: MaskError.tooManyChanges) {
      try RunLengthMask(width: 1_000_000, height: 40, rowCounts: stripes)
    }
    #expect(throws: Never.self) { try RunLengthMask(width: 2, height: 2_000_000_000, rowCounts: [3, 3_999_999_997]) }
  }

  @Test("a part of an image stands where it is placed, and is cut off at the edges")
  func placed() throws {
    let square = try RunLengthMask(width: 2, height: 2, rowCounts: [0, 4])
    #expect(square.placed(x: 1, y: 1, inWidth: 4, height: 3).inside == [4..<6, 7..<9])
    #expect(square.placed(x: -1, y: 2, inWidth: 4, height: 3).inside == [2..<3])
    #expect(square.placed(x: 9, y: 0, inWidth: 4, height: 3).area == 0)
  }
}
