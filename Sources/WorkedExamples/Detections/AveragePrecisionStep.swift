import DetectionUtilities
import Tensors

/// Precision, recall and average precision of one class, detection by detection.
struct AveragePrecisionStep: Sendable {
  var groundTruth: [EvaluationGroundTruth]
  var detections: [EvaluationDetection]
  var iouThreshold: Double
  var estimator: AveragePrecision

  func solve(name: String) throws -> SolvedStep {
    var step = SolvedStep(
      name: name, title: "average precision (\(estimator.rawValue)) at IoU \(NumberText.of(iouThreshold))")
    step.notes = [
      "\(groundTruth.count) objects; by falling score a detection is right where the object that it overlaps most "
        + "reaches the threshold and no better detection has taken it"
    ]
    let evaluator = VOCEvaluator(iouThreshold: iouThreshold, countsLastPixel: false)
    guard let curve = evaluator.curves(groundTruth: groundTruth, detections: detections, classCount: 1).first,
      let computed = estimator.estimate(curve)
    else { throw WorkedExampleError("average precision: expected at least one object") }
    let envelope = curve.precisionEnvelope
    step.tables = [try table(curve, envelope)]
    let formula = area(recall: curve.recall, envelope: envelope, &step)
    let number = WorkedNumber(place: name, formula: formula)
    try KernelCheck.compare(number, with: computed, step: step.title)
    step.numbers = [number]
    step.results = [NamedMatrix(name, Tensor(shape: [1, 1, 1, 1], values: [Float(computed)]))]
    return step
  }

  /// One row a detection; what is right must be where the evaluator's recall rises.
  private func table(_ curve: PrecisionRecallCurve, _ envelope: [Double]) throws(WorkedExampleError) -> WorkedTable {
    let order = detections.indices.sorted { (detections[$1].score, $0) < (detections[$0].score, $1) }
    var taken: Set<Int> = []
    var right = 0
    var rows: [[String]] = []
    for (rank, index) in order.enumerated() {
      let detection = detections[index]
      let overlaps = groundTruth.indices.filter { groundTruth[$0].imageID == detection.imageID }.map {
        (object: $0, iou: groundTruth[$0].box.boundingBox.iou(with: detection.box.boundingBox))
      }
      // The first of equals.
      let best = overlaps.reduce(nil as (object: Int, iou: Double)?) { best, next in
        next.iou > (best?.iou ?? -1) ? next : best
      }
      let reaches = (best?.iou ?? 0) >= iouThreshold
      let isRight = reaches && best.map { !taken.contains($0.object) } == true
      let outcome = isRight ? "right" : !reaches ? "wrong: too far" : "wrong: taken"
      if isRight, let best { taken.insert(best.object) }
      if isRight { right += 1 }
      let recall = Double(right) / Double(groundTruth.count)
      guard recall == curve.recall[rank] else {
        throw WorkedExampleError(
          .disagreement,
          "average precision: detection \(index + 1) is \(outcome), but the evaluator's recall is "
            + NumberText.of(curve.recall[rank]))
      }
      rows.append([
        "\(index + 1)", NumberText.of(detection.score), "\(detection.imageID)",
        best.map { "\(NumberText.of($0.iou)) with \($0.object + 1)" } ?? "none", outcome,
        "\(right)/\(rank + 1) = \(NumberText.of(curve.precision[rank]))",
        "\(right)/\(groundTruth.count) = \(NumberText.of(recall))", NumberText.of(envelope[rank]),
      ])
    }
    return WorkedTable(
      header: ["detection", "score", "image", "best IoU", "outcome", "precision", "recall", "envelope"], rows: rows)
  }

  private func area(recall: [Double], envelope: [Double], _ step: inout SolvedStep) -> Formula {
    switch estimator {
    case .allPoint:
      step.notes.append("the area under the envelope: a rectangle wherever recall rises")
      var previous = 0.0
      var terms: [Formula] = []
      for (recall, precision) in zip(recall, envelope) where recall > previous {
        terms.append(.product(recall - previous, precision))
        previous = recall
      }
      return .sum(terms)
    default:
      let count = estimator == .coco101 ? 101 : 11
      step.notes.append("the mean of the envelope at \(count) recalls from 0 to 1, 0 where none is reached")
      let heights = (0..<count).map { index in
        // COCO's thresholds are multiples of the double next to 0.01, Pascal VOC's the doubles next to tenths.
        let threshold = index == count - 1 ? 1 : count == 101 ? Double(index) * 0.01 : Double(index) / 10
        let reached = recall.firstIndex { $0 >= threshold }
        return reached.map { envelope[$0] } ?? 0
      }
      return .quotient(Self.grouped(heights), .number(Double(count)))
    }
  }

  /// Equal neighbours as a product of their number.
  private static func grouped(_ heights: [Double]) -> Formula {
    var runs: [(count: Int, height: Double)] = []
    for height in heights {
      if let last = runs.last, last.height == height {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((1, height))
      }
    }
    return .sum(runs.map { .product(Double($0.count), $0.height) })
  }
}
