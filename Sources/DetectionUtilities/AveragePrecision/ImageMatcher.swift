/// Matches the detections of one image and class with its ground truth, greedily by descending score (`evaluateImg`). Kept
/// from image to image for its buffers.
struct ImageMatcher {
  /// One bit for each IoU threshold.
  typealias Thresholds = UInt64

  /// What became of a detection at every threshold: right, neither right nor wrong, or (in neither) wrong.
  struct MatchOutcome {
    var isRight: Thresholds = 0
    var isIgnored: Thresholds = 0
  }

  private let limits: [Double]
  private let every: Thresholds
  /// [detections × objects].
  private var ious: [Double] = []
  private var bestIoUs: [Double] = []
  /// Objects to be found first, then those to be ignored, each in the order given.
  private var order: [Int] = []
  private var isTaken: [Bool] = []
  private var isIgnored: [Bool] = []

  /// - Parameter iouThresholds: at most 64.
  init(iouThresholds: some Collection<Double>) {
    precondition(iouThresholds.count <= Thresholds.bitWidth, "one bit for each threshold")
    // pycocotools' way of letting a threshold of 1 accept a perfect box in spite of rounding.
    limits = iouThresholds.map { min($0, 1 - 1e-10) }
    every = limits.count == Thresholds.bitWidth ? .max : 1 << Thresholds(limits.count) - 1
  }

  /// Takes in an image, whose outcomes at one or more area ranges are then asked for.
  mutating func enter(detections: ArraySlice<CornerSizeBox>, truth: ArraySlice<EvaluationGroundTruth>) {
    ious.removeAll(keepingCapacity: true)
    bestIoUs.removeAll(keepingCapacity: true)
    if truth.isEmpty { return }
    for box in detections {
      var best = 0.0
      for object in truth {
        let iou = box.iou(withGroundTruth: object.box, isCrowd: object.isCrowd)
        best = max(best, iou)
        ious.append(iou)
      }
      bestIoUs.append(best)
    }
  }

  /// Calls `report` with the outcome of every detection, in order.
  ///
  /// A detection takes the free object with the highest IoU of at least the threshold, the last of equals. It takes an
  /// ignored one only if there is no other, and a crowd may be taken many times.
  ///
  /// - Returns: how many objects are to be found.
  mutating func judge(
    detections: ArraySlice<CornerSizeBox>, truth: ArraySlice<EvaluationGroundTruth>,
    area range: COCOEvaluationSettings.AreaRange, report: (MatchOutcome) -> Void
  ) -> Int {
    isIgnored.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    for object in truth {
      isIgnored.append(object.isCrowd || object.isIgnored || !range.contains(object.area))
      if !isIgnored[isIgnored.count - 1] { order.append(isIgnored.count - 1) }
    }
    let objectCount = order.count
    for object in isIgnored.indices where isIgnored[object] { order.append(object) }
    isTaken.removeAll(keepingCapacity: true)
    for _ in 0..<limits.count * truth.count { isTaken.append(false) }
    for (detection, box) in detections.enumerated() {
      let unmatched = range.contains(box.area) ? MatchOutcome() : MatchOutcome(isIgnored: every)
      var outcome = unmatched
      if !truth.isEmpty {
        for (threshold, limit) in limits.enumerated() where bestIoUs[detection] >= limit {
          guard let object = match(detection, truth: truth, threshold: threshold, limit: limit) else { continue }
          let bit: Thresholds = 1 << Thresholds(threshold)
          isTaken[threshold * truth.count + object] = true
          if isIgnored[object] {
            outcome.isIgnored |= bit
          } else {
            outcome.isIgnored &= ~bit
            outcome.isRight |= bit
          }
        }
      }
      report(outcome)
    }
    return objectCount
  }

  private func match(
    _ detection: Int, truth: ArraySlice<EvaluationGroundTruth>, threshold: Int, limit: Double
  ) -> Int? {
    var best = limit
    var match: Int?
    for object in order {
      if isTaken[threshold * truth.count + object] && !truth[truth.startIndex + object].isCrowd { continue }
      if let match, !isIgnored[match] && isIgnored[object] { break }
      let iou = ious[detection * truth.count + object]
      if iou >= best {
        best = iou
        match = object
      }
    }
    return match
  }
}
