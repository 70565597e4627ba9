import DetectionUtilities
import Testing

struct RunLengthMaskTests {
  /// Rows of 0 and 1.
  private func rows(_ mask: RunLengthMask) -> [String] {
    var pixels = [[Character]](repeating: [Character](repeating: "0", count: mask.width), count: mask.height)
    for run in mask.inside { for pixel in run { pixels[pixel % mask.height][pixel / mask.height] = "1" } }
    return pixels.map { String($0) }
  }

  @Test func runsGoDownTheColumns() throws {
    let mask = try #require(RunLengthMask(width: 3, height: 2, counts: [1, 3, 2]))
    #expect(rows(mask) == ["010", "110"] && mask.area == 3 && mask.counts == [1, 3, 2])
    // Lengths of 0 are no runs of their own.
    let same = try #require(RunLengthMask(width: 3, height: 2, counts: [1, 1, 0, 2, 2]))
    #expect(same == mask)
    #expect(RunLengthMask(width: 3, height: 2, counts: [6])?.area == 0)
    #expect(RunLengthMask(width: 3, height: 2, counts: [0, 6])?.counts == [0, 6])
  }

  @Test(arguments: [[1, 3, 1], [7], [1, -1, 6], [], [.max, .max]])
  func lengthsThatAreNotTheImagesAreRefused(counts: [Int]) {
    #expect(RunLengthMask(width: 3, height: 2, counts: counts) == nil)
  }

  @Test func overlappingRunsAreJoined() {
    let mask = RunLengthMask(width: 4, height: 3, inside: [5..<7, 1..<3, 2..<4, 7..<9, 4..<4])
    #expect(mask.inside == [1..<4, 5..<9] && mask.counts == [1, 3, 1, 4, 3])
    let other = RunLengthMask(width: 4, height: 3, inside: [3..<5])
    #expect(RunLengthMask.union([mask, other], width: 4, height: 3).inside == [1..<9])
    #expect(RunLengthMask.union([], width: 4, height: 3).counts == [12])
  }

  /// As pycocotools 2.0 draws them.
  @Test(
    arguments: [
      ([1, 1, 4, 1, 4, 3, 1, 3], ["000000", "011100", "011100", "000000", "000000"]),
      ([0.5, 0.5, 4.5, 0.5, 4.5, 3.5, 0.5, 3.5], ["000000", "011110", "011110", "011110", "000000"]),
      ([0, 0, 5, 0, 0, 5], ["111100", "111000", "110000", "100000", "000000"]),
      // The other way round, and closed.
      ([0, 5, 5, 0, 0, 0, 0, 5], ["111100", "111000", "110000", "100000", "000000"]),
      // Beyond the image.
      ([-2, -2, 2, -2, 2, 2, -2, 2], ["110000", "110000", "000000", "000000", "000000"]),
      // Two triangles that meet in a point.
      ([0, 0, 4, 4, 4, 0, 0, 4], ["100100", "111100", "100100", "000000", "000000"]),
      // Nothing is enclosed.
      ([1, 1, 3, 3, 1, 1], ["000000", "000000", "000000", "000000", "000000"]),
      ([2, 2], ["000000", "000000", "000000", "000000", "000000"]),
      ([], ["000000", "000000", "000000", "000000", "000000"]),
    ] as [([Double], [String])])
  func polygons(points: [Double], expected: [String]) {
    #expect(rows(RunLengthMask(width: 6, height: 5, polygon: points)) == expected)
  }
}
