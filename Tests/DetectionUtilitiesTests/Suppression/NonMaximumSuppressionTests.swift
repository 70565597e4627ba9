import DetectionUtilities
import Testing

@Suite struct NonMaximumSuppressionTests {
  private let box = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10)

  @Test func lesserNeighbourGoes() {
    // IoU of the first two 9/11, of the last two 8/12, of the outer ones 7/13.
    let boxes = [box.translated(x: 2, y: 0), box.translated(x: 1, y: 0), box]
    let suppression = NonMaximumSuppression(iouThreshold: 0.6)
    #expect(suppression.keptIndices(boxes: boxes, scores: [0.7, 0.8, 0.9]) == [2])
    #expect(suppression.keptIndices(boxes: boxes, scores: [0.7, 0.1, 0.9]) == [2])
    let strict = NonMaximumSuppression(iouThreshold: 0.7)
    // The suppressed middle box suppresses nothing itself.
    #expect(strict.keptIndices(boxes: boxes, scores: [0.7, 0.8, 0.9]) == [2, 0])
  }

  @Test func anOverlapOfExactlyTheThresholdStays() {
    let half = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 5)
    #expect(NonMaximumSuppression(iouThreshold: 0.5).keptIndices(boxes: [box, half], scores: [1, 0.5]) == [0, 1])
    #expect(NonMaximumSuppression(iouThreshold: 0.49).keptIndices(boxes: [box, half], scores: [1, 0.5]) == [0])
  }

  @Test func lowerIndexWinsTies() {
    let kept = NonMaximumSuppression(iouThreshold: 0.5).keptIndices(boxes: [box, box, box], scores: [0.5, 0.5, 0.5])
    #expect(kept == [0])
    let apart = (0..<20).map { box.translated(x: Double($0) * 20, y: 0) }
    let all = NonMaximumSuppression(iouThreshold: 0.5)
      .keptIndices(boxes: apart, scores: [Double](repeating: 0.5, count: 20))
    #expect(all == Array(0..<20))
  }

  @Test func classesAreApartUnlessLeftOut() {
    let detections = [
      Detection(box: box, classIndex: 4, score: 0.5), Detection(box: box, classIndex: -7, score: 0.9),
      Detection(box: box, classIndex: 4, score: 0.4),
    ]
    #expect(NonMaximumSuppression(iouThreshold: 0.5)(detections) == [detections[1], detections[0]])
    let kept = NonMaximumSuppression(iouThreshold: 0.5)
      .keptIndices(boxes: detections.map(\.box), scores: detections.map(\.score))
    #expect(kept == [1])
  }

  @Test func limits() {
    let boxes = [box, box, box.translated(x: 50, y: 0), box.translated(x: 90, y: 0)]
    let scores = [0.9, 0.8, 0.7, 0.2]
    func kept(_ suppression: NonMaximumSuppression) -> [Int] { suppression.keptIndices(boxes: boxes, scores: scores) }
    #expect(kept(NonMaximumSuppression(iouThreshold: 0.5, scoreThreshold: 0.2)) == [0, 2])
    #expect(kept(NonMaximumSuppression(iouThreshold: 0.5, maximumCandidates: 2)) == [0])
    #expect(kept(NonMaximumSuppression(iouThreshold: 0.5, maximumDetections: 2)) == [0, 2])
    #expect(kept(NonMaximumSuppression(iouThreshold: 0.5, maximumDetections: 0)).isEmpty)
  }

  @Test func whatIsNotANumberIsDropped() {
    let broken = BoundingBox(x1: 0, y1: .nan, x2: 10, y2: 10)
    let endless = BoundingBox(x1: 0, y1: 0, x2: .infinity, y2: 10)
    let kept = NonMaximumSuppression(iouThreshold: 0.5)
      .keptIndices(boxes: [box, broken, endless, box.translated(x: 50, y: 0)], scores: [.nan, 1, 1, -3])
    #expect(kept == [3])
  }

  @Test func boxesWithoutAreaSuppressNothing() {
    let point = BoundingBox(x1: 5, y1: 5, x2: 5, y2: 5)
    let kept = NonMaximumSuppression(iouThreshold: 0).keptIndices(boxes: [point, point, box], scores: [1, 1, 0.5])
    #expect(kept == [0, 1, 2])
  }

  @Test func emptyList() {
    #expect(NonMaximumSuppression(iouThreshold: 0.5)([]).isEmpty)
  }

  @Test(arguments: [0.0, 0.3, 0.45, 0.7, 1.0])
  func equalsThePlainAlgorithm(iouThreshold: Double) {
    var random = LinearCongruentialGenerator(state: 77)
    let detections = (0..<1500).map { _ in
      let numbers = random.box(in: 100, largest: 60)
      // Coarse coordinates and scores, so that exact ties occur.
      let (x, y) = (numbers.x.rounded(), numbers.y.rounded())
      return Detection(
        box: BoundingBox(x1: x, y1: y, x2: x + numbers.width.rounded(), y2: y + numbers.height.rounded()),
        classIndex: random.index(7), score: Double(random.index(50)) / 50)
    }
    let order = detections.indices.sorted { (-detections[$0].score, $0) < (-detections[$1].score, $1) }
    var kept: [Int] = []
    for index in order
    where kept.allSatisfy({
      detections[$0].classIndex != detections[index].classIndex
        || detections[$0].box.iou(with: detections[index].box) <= iouThreshold
    }) {
      kept.append(index)
    }
    #expect(NonMaximumSuppression(iouThreshold: iouThreshold)(detections) == kept.map { detections[$0] })
  }

  /// Many of one class are looked for nearby only: far from the origin, with a straggler, and of all sizes.
  @Test(arguments: [0.0, 0.05, 0.3, 0.5, 0.7, 0.999, 1.0], [0.0, 3e7])
  func equalsThePlainAlgorithmOnOneClass(iouThreshold: Double, offset: Double) {
    var random = LinearCongruentialGenerator(state: 5)
    var boxes = (0..<1200).map { index in
      let numbers = random.box(in: 400, largest: index % 9 == 0 ? 300 : 60)
      // Many shapes alike, so that there are overlaps above every threshold.
      let width = index % 3 == 0 ? 40 : numbers.width
      return BoundingBox(
        x1: offset + numbers.x, y1: numbers.y, x2: offset + numbers.x + width, y2: numbers.y + numbers.height)
    }
    boxes += [boxes[7], BoundingBox(x1: -9000, y1: 0, x2: -8990, y2: 10), box, box.translated(x: 1, y: 0)]
    // Inverted, and without area: they take no part.
    boxes += [BoundingBox(x1: offset + 50, y1: 9, x2: offset, y2: 90), BoundingBox(x1: 3, y1: 0, x2: 3, y2: 9)]
    boxes.append(BoundingBox(x1: -1e308, y1: 0, x2: 1e308, y2: 1e308))
    let scores = boxes.indices.map { _ in Double(random.index(400)) }
    var kept: [Int] = []
    for index in boxes.indices.sorted(by: { (-scores[$0], $0) < (-scores[$1], $1) })
    where kept.allSatisfy({ boxes[$0].iou(with: boxes[index]) <= iouThreshold }) {
      kept.append(index)
    }
    let suppression = NonMaximumSuppression(iouThreshold: iouThreshold)
    #expect(suppression.keptIndices(boxes: boxes, scores: scores) == kept)
  }

  @Test func scoresOfAllKindsAreOrdered() {
    var random = LinearCongruentialGenerator(state: 9)
    let values = [0, -0.0, 1, -1, 1e-300, -1e300, 0.1, .infinity, -.infinity, .leastNonzeroMagnitude]
    let scores = (0..<700).map { $0 % 3 == 0 ? values[random.index(values.count)] : random.fraction() - 0.5 }
    let apart = scores.indices.map { box.translated(x: 0, y: Double($0) * 20) }
    let kept = NonMaximumSuppression(iouThreshold: 0.5).keptIndices(boxes: apart, scores: scores)
    #expect(kept == scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) })
  }
}
