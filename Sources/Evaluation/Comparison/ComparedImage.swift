import DetectionUtilities

/// An image on which detectors differ.
public struct ComparedImage: Sendable, Hashable, Codable {
  /// What one detector did on it, at its confidence of best F1 and an IoU of 0.5.
  public struct Outcome: Sendable, Hashable, Codable {
    /// Name of the entry.
    public var detector: String
    public var found: Int
    public var missed: Int
    public var falsePositives: Int

    public init(detector: String, found: Int, missed: Int, falsePositives: Int) {
      self.detector = detector
      self.found = found
      self.missed = missed
      self.falsePositives = falsePositives
    }
  }

  public var id: Int
  public var name: String
  public var objects: Int
  /// How many objects some detector finds and some other misses, and how many false detections not all make.
  public var differences: Int
  public var outcomes: [Outcome]

  public init(id: Int, name: String, objects: Int, differences: Int, outcomes: [Outcome]) {
    self.id = id
    self.name = name
    self.objects = objects
    self.differences = differences
    self.outcomes = outcomes
  }
}

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
      let judged = outcomes.map { $0.outcomes.images[image.id] ?? MatchedImage(imageID: image.id) }
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

  /// How many false detections not all detectors make: those of one class whose boxes overlap by an IoU of 0.5 are one, where
  /// masks are compared too.
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
