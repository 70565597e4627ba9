import DetectionUtilities
import Testing

struct MaskSizeTests {
  /// Rows of a picture, `#` inside.
  private func mask(_ rows: [String]) -> RunLengthMask {
    let (width, height) = (rows.first?.count ?? 0, rows.count)
    let pixels = rows.map { Array($0) }
    return RunLengthMask(
      width: width, height: height,
      inside: (0..<width * height).filter { pixels[$0 % height][$0 / height] == "#" }.map { $0..<$0 + 1 })
  }

  @Test func aPixelIsInsideWhereItsMiddleIs() {
    // Middles of a picture half as wide and half as high lie on the second pixel of every two.
    let large = mask(["....", ".#.#", "..#.", "...#"])
    #expect(large.resized(width: 2, height: 2) == mask(["##", ".#"]))
    #expect(large.resized(width: 4, height: 4) == large)
    #expect(mask(["#.", ".#"]).resized(width: 4, height: 2) == mask(["##..", "..##"]))
    // Of three rows the middle one is the second.
    #expect(mask(["#", ".", "#"]).resized(width: 1, height: 1).area == 0)
    #expect(mask([".", "#", "."]).resized(width: 1, height: 1).area == 1)
  }

  @Test func runsOverSeveralColumnsAndEmptyOnes() {
    let full = RunLengthMask(width: 9, height: 7, inside: [0..<63])
    #expect(full.resized(width: 4, height: 5) == RunLengthMask(width: 4, height: 5, inside: [0..<20]))
    #expect(full.resized(width: 1, height: 1).area == 1)
    #expect(RunLengthMask(width: 9, height: 7, inside: []).resized(width: 4, height: 5).area == 0)
    #expect(RunLengthMask(width: 0, height: 0, inside: []).resized(width: 0, height: 0).area == 0)
  }

  /// Against every pixel by itself.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func asAPlainLoopHasIt(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (width, height) = (1 + generator.uniform(below: 12), 1 + generator.uniform(below: 12))
    let (newWidth, newHeight) = (1 + generator.uniform(below: 15), 1 + generator.uniform(below: 15))
    let isInside = (0..<width * height).map { _ in generator.chance(0.4) }
    let mask = RunLengthMask(
      width: width, height: height, inside: isInside.indices.filter { isInside[$0] }.map { $0..<$0 + 1 })
    let expected = (0..<newWidth * newHeight).filter { pixel in
      let x = Int((Double(pixel / newHeight) + 0.5) * Double(width) / Double(newWidth))
      let y = Int((Double(pixel % newHeight) + 0.5) * Double(height) / Double(newHeight))
      return isInside[x * height + y]
    }
    #expect(mask.resized(width: newWidth, height: newHeight).inside.flatMap { Array($0) } == expected)
  }
}
