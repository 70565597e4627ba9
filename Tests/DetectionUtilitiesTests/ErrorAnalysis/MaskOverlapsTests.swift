import DetectionUtilities
import Testing

/// The analyses beside the average precision, of masks.
struct MaskOverlapsTests {
  /// Pixels of a rectangle in an image of a side.
  private func rectangle(_ columns: Range<Int>, _ rows: Range<Int>, side: Int) -> RunLengthMask {
    RunLengthMask(
      width: side, height: side, inside: columns.map { $0 * side + rows.lowerBound..<$0 * side + rows.upperBound })
  }

  /// A 4×4 image of which every box is the whole, so that boxes tell nothing. Class 0 is the left half, found by 6 of its 8
  /// pixels (IoU 0.75) and once more by 4 (0.5); class 1 is the top right quarter, found by nothing but a detection of class 0;
  /// the lowest pixel of the last column is found by class 1, and is nothing.
  private struct Halves {
    let groundTruth: [EvaluationGroundTruth]
    let detections: [EvaluationDetection]
    let overlaps: MaskOverlaps

    init(_ test: MaskOverlapsTests) {
      let whole = CornerSizeBox(x: 0, y: 0, width: 4, height: 4)
      groundTruth = [0, 1].map { EvaluationGroundTruth(imageID: 7, classIndex: $0, box: whole) }
      detections = [(0, 0.6), (1, 0.7), (0, 0.9), (0, 0.8)].map {
        EvaluationDetection(imageID: 7, classIndex: $0, box: whole, score: $1)
      }
      func mask(_ columns: Range<Int>, _ rows: Range<Int>) -> RunLengthMask {
        test.rectangle(columns, rows, side: 4)
      }
      overlaps = MaskOverlaps(
        EvaluationMasks(
          objects: [mask(0..<2, 0..<4), mask(2..<4, 0..<2)],
          detections: [mask(2..<4, 0..<2), mask(3..<4, 3..<4), mask(0..<2, 0..<3), mask(0..<2, 0..<2)]),
        groundTruth: groundTruth, detections: detections)
    }
  }

  @Test func operatingPointsAreOfMasks() {
    let set = Halves(self)
    let points = OperatingPoints(
      groundTruth: set.groundTruth, detections: set.detections, overlaps: set.overlaps, classCount: 2)
    #expect(points.overall.points.map(\.truePositives) == [1, 1, 1, 1])
    #expect(points.overall.points.map(\.falsePositives) == [0, 1, 2, 3])
    #expect(points.overall.best?.confidence == 0.9)
    // At 0.8 none is right.
    let strict = OperatingPoints(
      groundTruth: set.groundTruth, detections: set.detections, overlaps: set.overlaps, classCount: 2, iouThreshold: 0.8
    )
    #expect(strict.overall.points.last?.truePositives == 0)
    // Boxes take any of their class for right.
    let boxes = OperatingPoints(groundTruth: set.groundTruth, detections: set.detections, classCount: 2)
    #expect(boxes.overall.points.last?.truePositives == 2)
  }

  @Test func theConfusionMatrixPairsMasks() {
    let set = Halves(self)
    let matrix = ConfusionMatrix(
      groundTruth: set.groundTruth, detections: set.detections, overlaps: set.overlaps, classCount: 2, confidence: 0)
    // The quarter was taken for class 0; the duplicate and the lone pixel are detections of nothing.
    #expect(matrix.counts == [1, 0, 0, 1, 0, 0, 1, 1, 0])
    // Without the weakest detection nothing is left for the quarter.
    let confident = ConfusionMatrix(
      groundTruth: set.groundTruth, detections: set.detections, overlaps: set.overlaps, classCount: 2, confidence: 0.65)
    #expect(confident.counts == [1, 0, 0, 0, 0, 1, 1, 1, 0])
  }

  @Test func errorTypesAreOfMasks() {
    let set = Halves(self)
    let errors = DetectionErrorAnalysis(
      groundTruth: set.groundTruth, detections: set.detections, overlaps: set.overlaps, classCount: 2)
    func count(_ type: DetectionErrorType) -> Int? { errors.effects.first { $0.type == type }?.count }
    #expect(count(.classification) == 1 && count(.background) == 1 && count(.missed) == 0 && count(.both) == 0)
    // An IoU of 0.5 is at the end of the localisation range, which is tried before the duplicates.
    #expect(count(.localisation) == 1 && count(.duplicate) == 0)
    // At 0.75 the quarter is still the wrong class alone.
    let strict = DetectionErrorAnalysis(
      groundTruth: set.groundTruth, detections: set.detections, overlaps: set.overlaps, classCount: 2,
      foregroundIoU: 0.75)
    #expect(strict.effects.map(\.count) == [1, 1, 0, 0, 1, 0])
  }

  @Test func matchedImagesNameTheirPlaces() throws {
    let set = Halves(self)
    let image = try #require(
      MatchedImage.all(
        groundTruth: set.groundTruth, detections: set.detections, overlaps: set.overlaps, classCount: 2,
        confidence: 0.65
      ).first)
    #expect(image.places.truePositives == [2] && image.places.falsePositives == [3, 1])
    #expect(image.places.found == [0] && image.places.missed == [1])
    #expect(image.falsePositives.map(\.score) == [0.8, 0.7] && image.missed.map(\.classIndex) == [1])
  }

  @Test func boundariesAreStricter() {
    // All of 6×6 pixels, and 25 of them: 9 of the 27 boundary pixels that either has.
    let (object, found) = (rectangle(0..<6, 0..<6, side: 6), rectangle(0..<5, 0..<5, side: 6))
    let box = CornerSizeBox(x: 0, y: 0, width: 6, height: 6)
    func right(_ region: EvaluationMasks.Region, isCrowd: Bool = false) -> [OperatingPoint] {
      let truth = [EvaluationGroundTruth(imageID: 0, classIndex: 0, box: box, isCrowd: isCrowd)]
      let detections = [EvaluationDetection(imageID: 0, classIndex: 0, box: box, score: 1)]
      let masks = EvaluationMasks(region: region, objects: [object], detections: [found])
      let overlaps = MaskOverlaps(masks, groundTruth: truth, detections: detections)
      return OperatingPoints(groundTruth: truth, detections: detections, overlaps: overlaps, classCount: 1)
        .overall.points
    }
    #expect(right(.mask).map(\.truePositives) == [1])
    #expect(right(.boundary(ratio: 0.02)).map(\.truePositives) == [0])
    // What lies in a crowd is neither right nor wrong.
    #expect(right(.mask, isCrowd: true).isEmpty && right(.boundary(ratio: 0.02), isCrowd: true).isEmpty)
  }

  @Test func nothingOverlapsNothing() {
    let (empty, full) = (rectangle(0..<0, 0..<0, side: 4), rectangle(0..<4, 0..<4, side: 4))
    let (truth, found) = ([objectAt(0)], [detectionAt(0, 0.9), detectionAt(0, 0.8, image: 1)])
    func rightAndWrong(
      _ objects: [EvaluationGroundTruth], _ detections: [EvaluationDetection], _ masks: EvaluationMasks
    ) -> [Int] {
      let overlaps = MaskOverlaps(masks, groundTruth: objects, detections: detections)
      let point = OperatingPoints(groundTruth: objects, detections: detections, overlaps: overlaps, classCount: 1)
        .overall.point(atConfidence: 0)
      return [point.truePositives, point.falsePositives, point.falseNegatives]
    }
    #expect(rightAndWrong([], [], EvaluationMasks(objects: [], detections: [])) == [0, 0, 0])
    #expect(rightAndWrong(truth, [], EvaluationMasks(objects: [full], detections: [])) == [0, 0, 1])
    #expect(rightAndWrong([], found, EvaluationMasks(objects: [], detections: [full, full])) == [0, 2, 0])
    #expect(rightAndWrong(truth, found, EvaluationMasks(objects: [full], detections: [empty, full])) == [0, 2, 1])
    #expect(rightAndWrong(truth, found, EvaluationMasks(objects: [empty], detections: [empty, full])) == [0, 2, 1])
    #expect(rightAndWrong(truth, found, EvaluationMasks(objects: [full], detections: [full, full])) == [1, 1, 0])
  }

  /// Masks that fill their boxes give the boxes' figures to the last bit, and so do their boundaries where they are as wide as
  /// the image.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func masksThatFillTheirBoxesCountLikeBoxes(seed: UInt64) {
    var set = RandomEvaluationSet(seed: seed)
    // Into the image.
    for index in set.groundTruth.indices { set.groundTruth[index].box.x += 5 }
    for index in set.detections.indices { set.detections[index].box.x += 5 }
    func filled(_ box: CornerSizeBox) -> RunLengthMask {
      let (x, y) = (Int(box.x), Int(box.y))
      return rectangle(x..<x + Int(box.width), y..<y + Int(box.height), side: 90)
    }
    let (truth, found) = (set.groundTruth, set.detections)
    for region in [EvaluationMasks.Region.mask, .boundary(ratio: 1)] {
      let masks = EvaluationMasks(
        region: region, objects: truth.map { filled($0.box) }, detections: found.map { filled($0.box) })
      let overlaps = MaskOverlaps(masks, groundTruth: truth, detections: found)
      func analysed<Analysis: Equatable>(_ analyse: (MaskOverlaps?) -> Analysis) -> Bool {
        analyse(nil) == analyse(overlaps)
      }
      for threshold in [0.3, 0.5, 0.75] {
        #expect(
          analysed {
            OperatingPoints(
              groundTruth: truth, detections: found, overlaps: $0, classCount: set.classCount, iouThreshold: threshold)
          })
        #expect(
          analysed {
            ConfusionMatrix(
              groundTruth: truth, detections: found, overlaps: $0, classCount: set.classCount, confidence: 0.3,
              iouThreshold: threshold)
          })
        #expect(
          analysed {
            CalibrationError(
              groundTruth: truth, detections: found, overlaps: $0, classCount: set.classCount, iouThreshold: threshold)
          })
        #expect(
          analysed {
            DetectionErrorAnalysis(
              groundTruth: truth, detections: found, overlaps: $0, classCount: set.classCount, foregroundIoU: threshold)
          })
        #expect(
          analysed {
            MatchedImage.all(
              groundTruth: truth, detections: found, overlaps: $0, classCount: set.classCount, confidence: 0.3,
              iouThreshold: threshold)
          })
      }
      #expect(
        analysed { overlaps in
          let evaluation = ResampledEvaluation(
            groundTruth: truth, detections: found, overlaps: overlaps, classCount: set.classCount,
            imageIDs: set.imageIDs)
          return (0..<5).map { evaluation.value(multiplicities: evaluation.multiplicities(seed: seed, resample: $0)) }
        })
    }
  }

  /// What is drawn once each is what the average precision of masks is.
  @Test(arguments: 0..<5 as Range<UInt64>)
  func resamplesOfMasksAddUpToTheirAveragePrecision(seed: UInt64) {
    let set = RandomEvaluationSet(seed: seed)
    var generator = SeededGenerator(seed: seed)
    func mask() -> RunLengthMask {
      let (x, y) = (generator.uniform(below: 4), generator.uniform(below: 4))
      return rectangle(x..<x + 3 + generator.uniform(below: 3), y..<y + 3 + generator.uniform(below: 3), side: 10)
    }
    for region in [EvaluationMasks.Region.mask, .boundary(ratio: 0.02)] {
      let masks = EvaluationMasks(
        region: region, objects: set.groundTruth.map { _ in mask() }, detections: set.detections.map { _ in mask() })
      let overlaps = MaskOverlaps(masks, groundTruth: set.groundTruth, detections: set.detections)
      let evaluation = ResampledEvaluation(
        groundTruth: set.groundTruth, detections: set.detections, overlaps: overlaps, classCount: set.classCount,
        imageIDs: set.imageIDs)
      let summary = COCOEvaluator().evaluate(
        groundTruth: set.groundTruth, detections: set.detections, classCount: set.classCount, masks: masks
      ).summary
      let value = evaluation.value(multiplicities: evaluation.imageIDs.map { _ in 1 })
      #expect(value.averagePrecision == summary.averagePrecision ?? 0)
      #expect(value.averagePrecision50 == summary.averagePrecision50 ?? 0)
    }
  }
}
