import DetectionUtilities
import Testing

struct CompressedRunLengthsTests {
  /// As pycocotools 2.0.11 writes them.
  @Test(
    arguments: [
      (4, 4, [16], "`0"), (4, 4, [0, 16], "0`0"), (4, 4, [5, 2, 2, 2, 5], "52203"),
      (100, 7, [35, 7, 0, 7, 651], "S1700[d0"), (640, 480, [307_200], "PP\\9"),
    ] as [(Int, Int, [Int], String)])
  func textsOfPycocotools(width: Int, height: Int, counts: [Int], text: String) throws {
    let mask = try RunLengthMask(width: width, height: height, counts: counts)
    #expect(try RunLengthMask(width: width, height: height, compressed: text) == mask)
    if !counts.dropFirst().contains(0) { #expect(mask.compressed == text) }
  }

  @Test func everyMaskComesBack() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let (width, height) = (Int.random(in: 1...90, using: &generator), Int.random(in: 1...90, using: &generator))
      let longest = [1, 3, 40, 5_000].randomElement(using: &generator) ?? 1
      var runs: [Range<Int>] = []
      var end = Int.random(in: 0...longest, using: &generator)
      while end < width * height {
        let next = min(width * height, end + Int.random(in: 1...longest, using: &generator))
        runs.append(end..<next)
        end = next + Int.random(in: 1...longest, using: &generator)
      }
      let mask = RunLengthMask(width: width, height: height, inside: runs)
      #expect(mask.area == runs.reduce(0) { $0 + $1.count })
      #expect(try RunLengthMask(width: width, height: height, compressed: mask.compressed) == mask)
      #expect(try RunLengthMask(width: width, height: height, counts: mask.counts) == mask)
    }
  }

  @Test(
    arguments: [
      ("", .tooShort(0, expected: 16)), ("?0", .tooShort(15, expected: 16)), ("a0", .tooLong(expected: 16)),
      ("`", .unfinishedText), ("/", .byte(0)), ("0 ", .byte(1)), ("0é", .byte(1)), ("oooooooooo0", .byte(8)),
      // −1 as a length of its own, and as the difference from a length of 0.
      ("O", .negativeLength(-1)), ("100O", .negativeLength(-1)),
    ] as [(String, MaskError)])
  func otherTextsAreRefused(text: String, error: MaskError) {
    #expect(throws: error) { try RunLengthMask(width: 4, height: 4, compressed: text) }
  }
}
