import DetectionUtilities

/// Greedy non-maximum suppression, candidate by candidate.
struct SuppressionStep: Sendable {
  var detections: [Detection]
  var iouThreshold: Double

  func solve(name: String) throws -> SolvedStep {
    var step = SolvedStep(name: name, title: "non-maximum suppression, IoU above \(NumberText.of(iouThreshold))")
    step.notes = [
      "by falling score: a box is kept unless its IoU with a kept box of its class is above the threshold"
    ]
    let order = detections.indices.sorted { (detections[$1].score, $0) < (detections[$0].score, $1) }
    var kept: [Int] = []
    var rows: [[String]] = []
    for index in order {
      let detection = detections[index]
      let overlaps = kept.filter { detections[$0].classIndex == detection.classIndex }.map {
        (index: $0, iou: detections[$0].box.iou(with: detection.box))
      }
      let suppressor = overlaps.first { $0.iou > iouThreshold }
      if suppressor == nil { kept.append(index) }
      rows.append([
        "\(index + 1)", NumberText.of(detection.score), "\(detection.classIndex)", BoxWriting.text(detection.box),
        overlaps.map { "\($0.index + 1): \(NumberText.of($0.iou))" }.joined(separator: ", "),
        suppressor.map { "dropped for \($0.index + 1)" } ?? "kept",
      ])
    }
    let computed = NonMaximumSuppression(iouThreshold: iouThreshold).keptIndices(
      boxes: detections.map(\.box), scores: detections.map(\.score), classIndices: detections.map(\.classIndex))
    guard computed == kept else {
      throw WorkedExampleError(
        .disagreement,
        "non-maximum suppression: by the table \(kept.map { $0 + 1 }) are kept, but the suppressor says "
          + "\(computed.map { $0 + 1 })")
    }
    step.tables = [
      WorkedTable(header: ["box", "score", "class", "corners", "IoU with kept boxes", "outcome"], rows: rows)
    ]
    step.words = kept.map { "\($0 + 1)" }
    return step
  }
}
