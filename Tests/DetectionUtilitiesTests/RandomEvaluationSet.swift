import DetectionUtilities

/// A small set with everything that makes evaluation hard: score ties, equal IoUs, crowds, ignored objects, images and
/// classes without objects, several detections of one object.
struct RandomEvaluationSet {
  var groundTruth: [EvaluationGroundTruth] = []
  var detections: [EvaluationDetection] = []
  let classCount = 4
  let imageIDs: [Int]

  init(seed: UInt64, imageCount: Int = 12) {
    var generator = SeededGenerator(seed: seed)
    imageIDs = (0..<imageCount).map { 3 + 2 * $0 }
    for imageID in imageIDs where generator.chance(0.9) {
      for _ in 0..<generator.uniform(below: 6) {
        // The last class has no objects.
        let truth = EvaluationGroundTruth(
          imageID: imageID, classIndex: generator.uniform(below: classCount - 1), box: Self.box(&generator),
          isCrowd: generator.chance(0.1), isIgnored: generator.chance(0.05))
        groundTruth.append(truth)
        for _ in 0..<generator.uniform(below: 4) {
          var box = truth.box
          box.x += Double(generator.uniform(below: 7)) - 3
          box.width += Double(generator.uniform(below: 5)) - 2
          let isConfused = generator.chance(0.25)
          add(box, imageID, isConfused ? generator.uniform(below: classCount) : truth.classIndex, &generator)
        }
      }
      for _ in 0..<generator.uniform(below: 3) {
        add(Self.box(&generator), imageID, generator.uniform(below: classCount), &generator)
      }
    }
  }

  private mutating func add(
    _ box: CornerSizeBox, _ imageID: Int, _ classIndex: Int, _ generator: inout SeededGenerator
  ) {
    let score = Double(generator.uniform(below: 20)) / 20 + 0.025
    detections.append(EvaluationDetection(imageID: imageID, classIndex: classIndex, box: box, score: score))
  }

  private static func box(_ generator: inout SeededGenerator) -> CornerSizeBox {
    CornerSizeBox(
      x: Double(generator.uniform(below: 40)), y: Double(generator.uniform(below: 40)),
      width: Double(6 + generator.uniform(below: 12)), height: Double(6 + generator.uniform(below: 12)))
  }
}

/// Whether a figure is there and as expected but for rounding.
func isClose(_ value: Double?, _ expected: Double, within tolerance: Double = 1e-12) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= tolerance
}

/// An object of 10 × 10 pixels with its left end at `x`.
func objectAt(
  _ x: Double, classIndex: Int = 0, image: Int = 0, isCrowd: Bool = false, isIgnored: Bool = false
) -> EvaluationGroundTruth {
  EvaluationGroundTruth(
    imageID: image, classIndex: classIndex, box: CornerSizeBox(x: x, y: 0, width: 10, height: 10), isCrowd: isCrowd,
    isIgnored: isIgnored)
}

/// A detection of 10 × 10 pixels with its left end at `x`.
func detectionAt(_ x: Double, _ score: Double, classIndex: Int = 0, image: Int = 0) -> EvaluationDetection {
  EvaluationDetection(
    imageID: image, classIndex: classIndex, box: CornerSizeBox(x: x, y: 0, width: 10, height: 10), score: score)
}
