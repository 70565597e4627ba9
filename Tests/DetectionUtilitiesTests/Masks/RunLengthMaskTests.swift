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
    let mask = try RunLengthMask(width: 3, height: 2, counts: [1, 3, 2])
    #expect(rows(mask) == ["010", "110"] && mask.area == 3 && mask.counts == [1, 3, 2])
    // Lengths of 0 are no runs of their own.
    let same = try RunLengthMask(width: 3, height: 2, counts: [1, 1, 0, 2, 2])
    #expect(same == mask)
    #expect(try RunLengthMask(width: 3, height: 2, counts: [6]).area == 0)
    #expect(try RunLengthMask(width: 3, height: 2, counts: [0, 6]).counts == [0, 6])
  }

  @Test(
    arguments: [
      ([1, 3, 1], .tooShort(5, expected: 6)), ([7], .tooLong(expected: 6)), ([1, -1, 6], .negativeLength(-1)),
      ([], .tooShort(0, expected: 6)), ([.max, .max], .tooLong(expected: 6)),
    ] as [([Int], MaskError)])
  func lengthsThatAreNotTheImagesAreRefused(counts: [Int], error: MaskError) {
    #expect(throws: error) { try RunLengthMask(width: 3, height: 2, counts: counts) }
  }

  @Test(arguments: [(Int.max, 2), (1 << 17, 1 << 16), (-1, 4)])
  func imagesWithoutEndAreRefused(width: Int, height: Int) {
    #expect(throws: MaskError.tooManyPixels(width: width, height: height)) {
      try RunLengthMask(width: width, height: height, counts: [4])
    }
  }

  @Test(
    arguments: [
      ([[1, 1, 4, 1]], .tooFewPoints(2)), ([[]], .tooFewPoints(0)), ([[1, 1, 4, 1, 4]], .oddCoordinates(5)),
      ([[1, 1, 4, 1, .nan, 4]], .farPoint(.nan)), ([[1, 1, 4, 1, 4, -2e6]], .farPoint(-2e6)),
    ] as [([[Double]], MaskError)])
  func outlinesThatEncloseNothingAreRefused(polygons: [[Double]], error: MaskError) {
    // NaN differs from itself, so that texts are compared.
    #expect { try RunLengthMask(width: 6, height: 5, polygons: polygons) } throws: { "\($0)" == "\(error)" }
  }

  @Test func outlinesAreJoined() throws {
    let mask = try RunLengthMask(
      width: 6, height: 5, polygons: [[1, 1, 4, 1, 4, 3, 1, 3], [3, 2, 6, 2, 6, 4, 3, 4]])
    #expect(rows(mask) == ["000000", "011100", "011111", "000111", "000000"])
    #expect(try RunLengthMask(width: 6, height: 5, polygons: []).area == 0)
  }

  @Test func boxesHoldTheirPixels() throws {
    #expect(
      RunLengthMask(width: 4, height: 4, inside: [5..<6, 9..<11]).box == BoundingBox(x1: 1, y1: 1, x2: 3, y2: 3))
    // A run that goes on in the next column.
    #expect(RunLengthMask(width: 4, height: 4, inside: [7..<9]).box == BoundingBox(x1: 1, y1: 0, x2: 3, y2: 4))
    #expect(RunLengthMask(width: 4, height: 4, inside: [4..<8]).box == BoundingBox(x1: 1, y1: 0, x2: 2, y2: 4))
    #expect(RunLengthMask(width: 4, height: 4, inside: [15..<16]).box == BoundingBox(x1: 3, y1: 3, x2: 4, y2: 4))
    #expect(RunLengthMask(width: 4, height: 4, inside: []).box == nil)
  }

  @Test func farOutlinesCostNoMoreThanTheImage() throws {
    // 20,000 edges of two million pixels each: going along them step by step takes minutes.
    let far = (0..<20_000).flatMap { index -> [Double] in
      let across: Double = index % 2 == 0 ? -1e6 : 1e6
      return [across, Double(index % 7 - 3) * 1e5]
    }
    #expect(try RunLengthMask(width: 64, height: 48, polygons: [far]).area <= 64 * 48)
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
