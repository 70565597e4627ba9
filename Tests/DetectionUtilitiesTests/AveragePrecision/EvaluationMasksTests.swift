import DetectionUtilities
import Testing

struct EvaluationMasksTests {
  private let size = 4

  /// Pixels of a 4×4 image: those of a rectangle.
  private func rectangle(_ columns: Range<Int>, _ rows: Range<Int>) -> RunLengthMask {
    RunLengthMask(
      width: size, height: size, inside: columns.map { $0 * size + rows.lowerBound..<$0 * size + rows.upperBound })
  }

  private func object(_ mask: RunLengthMask, area: Double? = nil, isCrowd: Bool = false) -> EvaluationGroundTruth {
    EvaluationGroundTruth(
      imageID: 1, classIndex: 0, box: CornerSizeBox(x: 0, y: 0, width: 4, height: 4), area: area ?? Double(mask.area),
      isCrowd: isCrowd)
  }

  private func detection(_ score: Double) -> EvaluationDetection {
    EvaluationDetection(
      imageID: 1, classIndex: 0, box: CornerSizeBox(x: 0, y: 0, width: 4, height: 4), score: score)
  }

  private func evaluate(
    _ objects: [(mask: RunLengthMask, isCrowd: Bool)], _ found: [(mask: RunLengthMask, score: Double)],
    region: EvaluationMasks.Region = .mask, settings: COCOEvaluationSettings = COCOEvaluationSettings()
  ) -> COCOEvaluation {
    COCOEvaluator(settings: settings).evaluate(
      groundTruth: objects.map { object($0.mask, isCrowd: $0.isCrowd) }, detections: found.map { detection($0.score) },
      classCount: 1, masks: EvaluationMasks(region: region, objects: objects.map(\.mask), detections: found.map(\.mask))
    )
  }

  /// COCO's precision of right detections alone is a little below 1.
  private func isAbout(_ value: Double?, _ expected: Double) -> Bool {
    value.map { abs($0 - expected) < 1e-9 } ?? false
  }

  @Test func masksCountAndBoxesDoNot() {
    let (left, right) = (rectangle(0..<2, 0..<4), rectangle(2..<4, 0..<4))
    // All boxes are the same. 6 of 8 pixels are an IoU of 0.75: right at 0.5, 0.55, …, 0.75.
    let found = evaluate([(left, false), (right, false)], [(rectangle(0..<2, 0..<3), 0.9), (right, 0.8)])
    #expect(isAbout(found.summary.averagePrecision50, 1) && isAbout(found.summary.averageRecall1, 0.3))
    #expect(isAbout(found.summary.averageRecall100, 0.8))
    let missed = evaluate([(left, false)], [(right, 0.9)])
    #expect(missed.summary.averagePrecision == 0)
  }

  @Test func crowdsTakeWhatLiesInside() {
    let crowd = (mask: rectangle(0..<4, 0..<2), isCrowd: true)
    let object = (mask: rectangle(0..<4, 3..<4), isCrowd: false)
    // Two detections inside the crowd are neither right nor wrong, though both score above the right one.
    let found = evaluate(
      [crowd, object],
      [(rectangle(0..<1, 0..<1), 0.9), (rectangle(1..<2, 0..<2), 0.8), (rectangle(0..<4, 3..<4), 0.7)])
    #expect(isAbout(found.summary.averagePrecision, 1))
  }

  @Test func ofEqualScoresTheFirstCounts() {
    let mask = rectangle(1..<3, 1..<3)
    let wrong = rectangle(0..<1, 0..<1)
    #expect(isAbout(evaluate([(mask, false)], [(mask, 0.5), (wrong, 0.5)]).summary.averagePrecision, 1))
    #expect(isAbout(evaluate([(mask, false)], [(wrong, 0.5), (mask, 0.5)]).summary.averagePrecision, 0.5))
  }

  @Test func masksWithoutPixelsFindNothing() {
    let (empty, full) = (rectangle(0..<0, 0..<0), rectangle(0..<4, 0..<4))
    #expect(evaluate([(empty, false)], [(empty, 0.9)]).summary.averagePrecision == 0)
    #expect(isAbout(evaluate([(full, false)], [(empty, 0.9), (full, 0.8)]).summary.averagePrecision, 0.5))
    #expect(evaluate([], [(empty, 0.9)]).summary.averagePrecision == nil)
    #expect(evaluate([(full, false)], []).summary.averagePrecision == 0)
  }

  @Test func theAreaOfAMaskDecidesItsRange() {
    // A range that holds the object (16 pixels) and the wrong detection by its mask (1) or not.
    let object = (mask: rectangle(0..<4, 0..<4), isCrowd: false)
    let found = [(mask: rectangle(0..<1, 0..<1), score: 0.9), (mask: rectangle(0..<4, 0..<4), score: 0.8)]
    func precision(lowest: Double) -> Double? {
      let range = COCOEvaluationSettings.AreaRange(name: "all", lowest: lowest, highest: 100)
      return evaluate([object], found, settings: COCOEvaluationSettings(areaRanges: [range])).averagePrecision()
    }
    #expect(isAbout(precision(lowest: 1), 0.5) && isAbout(precision(lowest: 2), 1))
  }

  @Test func boundariesAreStricter() {
    // All 36 of 6×6 pixels, and all but the inner 16, whose boundary (a pixel wide) is the object's own.
    let (whole, ring) = (
      RunLengthMask(width: 6, height: 6, inside: [0..<36]),
      RunLengthMask(width: 6, height: 6, inside: [0..<7, 11..<13, 17..<19, 23..<25, 29..<36])
    )
    #expect(ring.iou(withGroundTruth: whole) == 20.0 / 36)
    #expect(ring.boundary().iou(withGroundTruth: whole.boundary()) == 1)
    // 25 of 36 pixels, but 9 of 27 of the boundary.
    let corner = RunLengthMask(width: 6, height: 6, inside: (0..<5).map { $0 * 6..<$0 * 6 + 5 })
    #expect(corner.boundary().iou(withGroundTruth: whole.boundary()) == 9.0 / 27)
    func precision(_ found: RunLengthMask, _ region: EvaluationMasks.Region) -> Double? {
      evaluate([(whole, false)], [(found, 0.9)], region: region).summary.averagePrecision50
    }
    #expect(isAbout(precision(ring, .mask), 1) && isAbout(precision(ring, .boundary(ratio: 0.02)), 1))
    #expect(isAbout(precision(corner, .mask), 1) && isAbout(precision(corner, .boundary(ratio: 0.02)), 0))
    // The object takes the second; the crowd beside it takes the first, which lies inside, whatever the boundaries.
    let found = evaluate(
      [(whole, true), (whole, false)], [(corner, 0.9), (whole, 0.8)], region: .boundary(ratio: 0.02))
    #expect(isAbout(found.summary.averagePrecision, 1))
  }

  @Test func tenThousandObjectsInAnImage() {
    let masks = (0..<10_000).map { RunLengthMask(width: 500, height: 500, inside: [25 * $0..<25 * $0 + 20]) }
    let evaluation = COCOEvaluator().evaluate(
      groundTruth: masks.map { object($0) }, detections: masks.map { _ in detection(0.5) }, classCount: 1,
      masks: EvaluationMasks(objects: masks, detections: masks))
    #expect(isAbout(evaluation.averageRecall(maximumDetections: 100), 0.01))
  }
}
