import SampleScenes
import Testing

struct MaskTests {
  /// `#` is yes.
  private func mask(_ rows: String...) -> Mask {
    Mask(width: rows[0].count, height: rows.count, cells: rows.flatMap { $0.map { $0 == "#" } })
  }

  @Test func runsGoDownTheColumns() {
    let shape = mask(
      ".#.",
      "##.")
    // Columns: . # | # # | . . — one no, three yes, two no.
    #expect(shape.columnRuns == [1, 3, 2])
    #expect(shape.area == 3)
    #expect(shape.bounds.map { [$0.x1, $0.y1, $0.x2, $0.y2] } == [0, 0, 2, 2])
  }

  @Test func aMaskThatBeginsWithYesHasAnEmptyFirstRun() {
    #expect(mask("#").columnRuns == [0, 1])
    #expect(mask(".").columnRuns == [1])
    #expect(mask(".").bounds == nil)
  }

  @Test func compressedRunsAreCOCOs() {
    // pycocotools: encode(np.asfortranarray([[0, 1, 0], [1, 1, 0]], uint8)) gives b'132'.
    #expect(mask(".#.", "##.").compressedRuns == "132")
    // One run of 100: 100 = 3 · 32 + 4, so 4 with "more" (36 + 48 = 'T') and 3 ('3').
    #expect(Mask(width: 10, height: 10, cells: Array(repeating: false, count: 100)).compressedRuns == "T3")
  }

  @Test func aSquareHasFourCorners() {
    let polygons = mask(
      "....",
      ".##.",
      ".##."
    ).polygons
    #expect(polygons == [[1, 1, 3, 1, 3, 3, 1, 3]])
  }

  @Test func partsAreOutlinedOneByOne() {
    #expect(mask("#.#").polygons?.count == 2)
    // Two pixels that touch at a corner only stay two.
    #expect(mask("#.", ".#").polygons == [[0, 0, 1, 0, 1, 1, 0, 1], [1, 1, 2, 1, 2, 2, 1, 2]])
  }

  @Test func aHoleCannotBeToldByPolygons() {
    let ring = mask("###", "#.#", "###")
    #expect(ring.borders.count == 2)
    #expect(ring.polygons == nil)
  }

  @Test func aLongStaircaseKeepsItsShapeWithFewerCorners() throws {
    // A filled triangle: below the diagonal of 40 × 40.
    let side = 40
    let shape = Mask(
      width: side, height: side, cells: (0..<side * side).map { $0 % side <= $0 / side })
    let outline = try #require(shape.polygons?.first)
    let corners = stride(from: 0, to: outline.count, by: 2).map { (outline[$0], outline[$0 + 1]) }
    #expect(corners.count < shape.borders[0].count)
    var twiceArea = 0.0
    for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) { twiceArea += a.0 * b.1 - b.0 * a.1 }
    #expect(abs(twiceArea / 2 - Double(shape.area)) < 0.03 * Double(shape.area))
  }
}
