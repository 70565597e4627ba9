import DetectionUtilities

extension ComparedImage {
  /// The images on which detectors differ most, the most different one first; of equal ones the first by number.
  ///
  /// - Parameters:
  ///   - outcomes: of every detector, by name, on `set`.
  ///   - limit: how many there are at most.
  static func mostDifferent(
    _ outcomes: [(name: String, outcomes: ObjectOutcomes)], in set: EvaluationSet, limit: Int
  ) -> [ComparedImage] {
    if outcomes.count < 2 { return [] }
    let objects = Dictionary(grouping: set.groundTruth.indices) { set.groundTruth[$0].imageID }
    let images = set.images.map { image in
      let judged = outcomes.map { $0.outcomes.images[image.id] ?? JudgedImage(imageID: image.id) }
      let disputed = (objects[image.id] ?? []).count { index in
        Set(outcomes.compactMap { $0.outcomes.isFound[index] }).count == 2
      }
      return ComparedImage(
        id: image.id, name: image.name,
        objects: (objects[image.id] ?? []).count { !set.groundTruth[$0].isCrowd },
        differences: disputed + disputedFalsePositives(judged.map(\.falsePositives)),
        outcomes: zip(outcomes, judged).map { detector, judged in
          Outcome(
            detector: detector.name, found: judged.found.count, missed: judged.missed.count,
            falsePositives: judged.falsePositives.count)
        })
    }
    return Array(
      images.filter { $0.differences > 0 }.sorted { ($1.differences, $0.id) < ($0.differences, $1.id) }.prefix(limit))
  }

  /// How many false detections not all detectors make: those of one class whose boxes overlap by an IoU of 0.5 are one.
  private static func disputedFalsePositives(_ detectors: [[EvaluationDetection]]) -> Int {
    var kinds: [(detection: EvaluationDetection, makers: Set<Int>)] = []
    for (detector, detections) in detectors.enumerated() {
      for detection in detections {
        let box = detection.box.boundingBox
        // A detector's own duplicates are each a mistake.
        let place = kinds.firstIndex {
          !$0.makers.contains(detector) && $0.detection.classIndex == detection.classIndex
            && $0.detection.box.boundingBox.iou(with: box) >= ObjectOutcomes.iouThreshold
        }
        if let place {
          kinds[place].makers.insert(detector)
        } else {
          kinds.append((detection, [detector]))
        }
      }
    }
    return kinds.count { $0.makers.count < detectors.count }
  }
}
