import DetectionUtilities
import Testing

struct MaskOutlineTests {
  /// A mask drawn with `#`, a line a row.
  private func mask(_ rows: [String]) -> RunLengthMask {
    let pixels = rows.map { Array($0) }
    return RunLengthMask(width: pixels[0].count, height: rows.count) { x, y in pixels[y][x] == "#" }
  }

  @Test("an L has six corners, clockwise from its upper left one")
  func corners() {
    let outlines = mask(["....", ".#..", ".##.", "...."]).outlines()
    #expect(outlines.map(\.points) == [[1, 1, 2, 1, 2, 2, 3, 2, 3, 3, 1, 3]])
    #expect(outlines.map(\.area) == [3])
    #expect(!outlines[0].isHole)
  }

  @Test("a ring has an outline and a hole, the pixel within is a part of its own")
  func ring() {
    let ring = mask(["#####", "#...#", "#.#.#", "#...#", "#####"])
    let outlines = ring.outlines()
    #expect(outlines.map(\.isHole) == [false, true, false])
    #expect(outlines.map(\.area) == [25, 9, 1])
    let joined = MaskOutline.joined(outlines.map(\.points))
    #expect(RunLengthMask(width: 5, height: 5, polygon: joined) == ring)
  }

  @Test("pixels that touch at a corner are different parts, holes that do are one", arguments: [false, true])
  func corners(isInverted: Bool) throws {
    let rows = ["......", ".#....", "..#...", ".#.#..", "......"]
    let drawn = mask(isInverted ? rows.map { String($0.map { $0 == "#" ? "." : "#" }) } : rows)
    let outlines = drawn.outlines()
    #expect(outlines.count { $0.isHole } == (isInverted ? 1 : 0))
    #expect(outlines.count { !$0.isHole } == (isInverted ? 1 : 4))
    #expect(RunLengthMask(width: 6, height: 5, polygon: MaskOutline.joined(outlines.map(\.points))) == drawn)
  }

  @Test("whole columns and the whole image, one pixel, and none")
  func edges() {
    #expect(mask(["##", "##"]).outlines().map(\.points) == [[0, 0, 2, 0, 2, 2, 0, 2]])
    #expect(mask([".##.", ".##."]).outlines().map(\.points) == [[1, 0, 3, 0, 3, 2, 1, 2]])
    #expect(mask(["#"]).outlines().map(\.points) == [[0, 0, 1, 0, 1, 1, 0, 1]])
    #expect(mask(["...", "..."]).outlines().isEmpty)
    #expect(RunLengthMask(width: 0, height: 0, inside: []).outlines().isEmpty)
    #expect(MaskOutline.joined([]).isEmpty)
  }

  @Test("drawn again, outlines of noise give the same mask, and enclose as many pixels", arguments: [0.1, 0.5, 0.9])
  func noise(share: Double) throws {
    var generator = SeededGenerator(seed: 7)
    for (width, height) in [(1, 9), (9, 1), (17, 13), (40, 31)] {
      let pixels = (0..<width * height).map { _ in Double(generator.uniform(below: 1000)) < 1000 * share }
      let noise = RunLengthMask(width: width, height: height) { x, y in pixels[y * width + x] }
      let outlines = noise.outlines()
      #expect(outlines.reduce(0) { $0 + ($1.isHole ? -$1.area : $1.area) } == noise.area)
      if !outlines.contains(where: \.isHole) {
        let drawn = try RunLengthMask(width: width, height: height, polygons: outlines.map(\.points))
        #expect(drawn == noise)
      }
      let line = MaskOutline.joined(outlines.map(\.points))
      #expect(RunLengthMask(width: width, height: height, polygon: line) == noise)
      for outline in outlines { #expect(OutlineCrossing(of: outline.points) == .none) }
    }
  }
}
